/** Whether Pulumi shows its progress on a terminal: the engine does not tell a plugin. */
import { closeSync, openSync } from "node:fs";

/** Set to true or false, it overrides the detection. */
export const statusVariable = "PROVIDER_STATUS";

/** Variables that most pipelines and Pulumi's Automation API set. */
const pipelines = [
  "CI",
  "GITHUB_ACTIONS",
  "TF_BUILD",
  "JENKINS_URL",
  "TEAMCITY_VERSION",
  "PULUMI_CI_SYSTEM",
  "PULUMI_AUTOMATION_API",
];

/**
 * Whether Status messages are sent. On a terminal each replaces the previous message about its resource. Elsewhere Pulumi
 * prints each as a line, although it is ephemeral (rowUpdated in pulumi's pkg/backend/display/jsonmessage.go), and would fill
 * a pipeline's log.
 */
export function showsStatus(env: NodeJS.ProcessEnv = process.env): boolean {
  const override = env[statusVariable];
  if (override !== undefined && override !== "") {
    return override === "true";
  }
  return !pipelines.some((name) => env[name]) && env.TERM !== "dumb" && hasTerminal();
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
