import type { PulumiCommand } from "@pulumi/pulumi/automation";
import type { Configuration, Deployment } from "./deployment";
import { throwAwayStack } from "./throwAwayStack";

/**
 * Runs the program with Pulumi's CLI: `pulumi up` on a throw-away stack.
 *
 * @param show receives what Pulumi prints
 * @param signal makes Pulumi stop, if Ctrl-C has not reached it already
 */
export async function deployWithCli(
  command: PulumiCommand,
  configuration: Configuration,
  environment: Readonly<Record<string, string>>,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<Deployment> {
  const { stack, remove } = await throwAwayStack(command, environment);
  try {
    await stack.setAllConfig(
      Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, { value }])),
    );
    signal.throwIfAborted();
    const { outputs } = await stack
      .up({ onOutput: show, suppressProgress: true, color: "never", signal: delayed(signal) })
      .catch(() => {
        // The error repeats the output, which has been shown.
        throw new Error("pulumi up failed: its output is above");
      });
    return {
      outputs,
      destroy: async () => {
        try {
          await stack.destroy();
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** How long Pulumi may take to stop on its own. */
const graceMs = 3_000;

/** A terminal sends Ctrl-C to Pulumi too, and a second Ctrl-C would make Pulumi stop without saving its state. */
function delayed(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => controller.abort(), graceMs).unref());
  return controller.signal;
}
