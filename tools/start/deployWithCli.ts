import type { PulumiCommand } from "@pulumi/pulumi/automation";
import type { Configuration, Deployment } from "./deployment";
import { throwAwayStack } from "./throwAwayStack";

/**
 * Runs the program with Pulumi's CLI: `pulumi up` on a throw-away stack.
 *
 * @param show takes what Pulumi prints
 * @param signal makes Pulumi stop, where Ctrl-C has not reached it already
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
      .up({ onOutput: show, suppressProgress: true, color: "never", signal: late(signal) })
      .catch(() => {
        // The error repeats all the output, which has been shown.
        throw new Error("pulumi up has not succeeded: what it printed is above");
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

/** How long Pulumi may take to stop by itself, in ms. */
const patience = 3_000;

/** A terminal sends Ctrl-C to Pulumi too, and a second one would make it stop without saving its state. */
function late(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => controller.abort(), patience).unref());
  return controller.signal;
}
