import { isMap } from "../../../args/checks";

/**
 * The error message for a write that Azure accepted and stored with other values than the requested ones.
 *
 * @param doing what was requested: `change the status`
 * @param token description of the token: `token mytoken of registry myregistry (…)`
 * @param deviations at least one, such as `the status is "disabled" instead of "enabled"`
 * @param advice what to do once the cause is gone
 */
export function deviationMessage(
  doing: string,
  token: string,
  deviations: readonly string[],
  advice: string,
): string {
  return `Azure accepted the request to ${doing} of ${token}, but ${deviations.join(", and ")}; the likely cause is Azure Policy, with an assignment that has the effect Modify: exempt the registry from this assignment, and ${advice}`;
}

/**
 * What to do about a request that Azure Policy denied, with the names of the policy.
 *
 * @param details the body of the response
 */
export function denyAdvice(details: unknown): string {
  const { policyAssignmentDisplayName, policyDefinitionDisplayName } = violationIn(details);
  const assignment = quoted(policyAssignmentDisplayName);
  const definition = quoted(policyDefinitionDisplayName);
  const policy = assignment ? `the assignment ${assignment} of Azure Policy` : "Azure Policy";
  return `${policy}${definition && ` (definition ${definition})`} denies this: exempt the registry from the assignment, or change the program to what the policy allows, and run pulumi up again`;
}

/** The description of the violated policy in the body of a response; empty if it has none. */
function violationIn(details: unknown): Readonly<Record<string, unknown>> {
  const list = memberOf(memberOf(details, "error"), "additionalInfo");
  const entry = Array.isArray(list)
    ? list.find((one) => memberOf(one, "type") === "PolicyViolation")
    : undefined;
  const info = memberOf(entry, "info");
  return isMap(info) ? info : {};
}

function memberOf(value: unknown, name: string): unknown {
  return isMap(value) ? value[name] : undefined;
}

/** A name in quotation marks, without control and formatting characters; empty if it is not a string. */
function quoted(name: unknown): string {
  return typeof name === "string" ? JSON.stringify(name.slice(0, 200).replace(/[\p{C}]/gu, "")) : "";
}
