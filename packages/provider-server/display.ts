/** How Pulumi shows what the engine does. A plugin is not told, and looks at the command that started it. */
import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";

/** Says true or false where the looks of it deceive. */
export const statusVariable = "PROVIDER_STATUS";

/** Variables by which Pulumi knows that it runs in a pipeline, and by which most pipelines say so. */
const pipelines = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "PULUMI_CI_SYSTEM"];

/** Options with which Pulumi prints line by line on a terminal, too. */
const byLine = /^--?(non-interactive|diff|json|suppress-progress)$/;

/**
 * Whether Pulumi draws its progress on a terminal, where a message about a resource is in the place of the last one and is
 * gone in the end. Everywhere else it prints each such message as one more line, though it was called ephemeral
 * (rowUpdated in pulumi's pkg/backend/display/jsonmessage.go), and a pipeline's log would be full of them.
 *
 * @param command the process id of `pulumi`
 */
export function isDrawn(env: NodeJS.ProcessEnv = process.env, command = process.ppid): boolean {
  const said = env[statusVariable];
  if (said !== undefined && said !== "") {
    return said === "true";
  }
  if (pipelines.some((name) => env[name]) || env.TERM === "dumb") {
    return false;
  }
  return process.platform === "linux" ? drawsOnTerminal(command) : hasTerminal();
}

/** As Pulumi decides it: standard input and output are terminals, and no option says otherwise. */
function drawsOnTerminal(command: number): boolean {
  try {
    const isTerminal = (file: number) =>
      /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/${command}/fd/${file}`));
    const args = readFileSync(`/proc/${command}/cmdline`, "utf8").split("\0");
    return isTerminal(0) && isTerminal(1) && !args.some((arg) => byLine.test(arg.replace(/=true$/, "")));
  } catch {
    // It is gone, or somebody else's.
    return false;
  }
}

/** Whether there is a terminal to draw on, be it used or not. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
