import * as pulumi from "@pulumi/pulumi";

/**
 * The value of an input once it resolves; undefined if a preview does not know it.
 *
 * @throws the input's error
 */
export async function knownValue<T>(
  input: pulumi.Input<T>,
): Promise<{ readonly value: pulumi.Unwrap<T> } | undefined> {
  // Not in the public type of an output.
  const output = pulumi.output(input) as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<pulumi.Unwrap<T>>;
  };
  return (await output.isKnown) ? { value: await output.promise() } : undefined;
}
