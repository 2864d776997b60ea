import * as pulumi from "@pulumi/pulumi";
import type { StackOutput } from "./deployment";

/**
 * Runs a program on Pulumi's test runtime and waits for its outputs.
 *
 * @param program loads the program's module
 * @param signal ends the wait
 * @throws Error if the program, or one of its resources, fails
 */
export async function stackOutputs(
  program: () => object,
  signal: AbortSignal,
): Promise<Record<string, StackOutput>> {
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // The test runtime reports a failed resource as an unhandled rejection, and others can follow from it.
  process.on("unhandledRejection", fail);
  signal.addEventListener("abort", () => fail(signal.reason));
  const exported = Object.entries(program());
  const outputs = exported.map(async ([name, value]) => [name, await stackOutput(value)] as const);
  return Object.fromEntries(await Promise.race([failure, Promise.all(outputs)]));
}

async function stackOutput(exported: object): Promise<StackOutput> {
  const output: pulumi.Output<unknown> = pulumi.output(exported);
  const value = await new Promise((resolve) => output.apply(resolve));
  return { value, secret: await pulumi.isSecret(output) };
}
