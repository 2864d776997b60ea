import * as pulumi from "@pulumi/pulumi";
import type { StackOutput } from "./deployment";

/**
 * Runs a program on Pulumi's test runtime and waits for its outputs.
 *
 * @param program loads the program's module
 * @throws Error where the program, or a resource of it, fails
 */
export async function stackOutputs(program: () => object): Promise<Record<string, StackOutput>> {
  // The test runtime reports a resource that failed as a rejection that nobody handles.
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  process.on("unhandledRejection", fail);
  try {
    const exported = Object.entries(program());
    return Object.fromEntries(
      await Promise.race([
        failure,
        Promise.all(exported.map(async ([name, value]) => [name, await stackOutput(value)] as const)),
      ]),
    );
  } finally {
    process.off("unhandledRejection", fail);
  }
}

async function stackOutput(exported: object): Promise<StackOutput> {
  const output: pulumi.Output<unknown> = pulumi.output(exported);
  const value = await new Promise((resolve) => output.apply(resolve));
  return { value, secret: await pulumi.isSecret(output) };
}
