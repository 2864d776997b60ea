import * as pulumi from "@pulumi/pulumi";

/**
 * The value of an input, once it is there; nothing where a preview does not know it.
 *
 * @throws whatever the input failed with
 */
export async function knownValue<T>(
  input: pulumi.Input<T>,
): Promise<{ readonly value: pulumi.Unwrap<T> } | undefined> {
  // What an output can tell of itself is not in its type.
  const output = pulumi.output(input) as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<pulumi.Unwrap<T>>;
  };
  return (await output.isKnown) ? { value: await output.promise() } : undefined;
}
