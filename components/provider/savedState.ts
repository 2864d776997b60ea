import { isMap, show, typeOf } from "../args/checks";

/** What is wrong with a value of a saved state, as a sentence without its subject. Undefined if nothing is. */
export type Rule = (value: unknown) => string | undefined;

export const isText: Rule = (value) =>
  typeof value === "string" ? undefined : `must be a text, got ${kindOf(value)}`;

/** A rule for values that are not secrets: the error shows the value. */
export function oneOf(allowed: readonly unknown[]): Rule {
  return (value) =>
    allowed.includes(value) ? undefined : `must be one of ${allowed.join(", ")}, got ${show(value)}`;
}

/** A rule that also accepts a missing value. */
export function optional(rule: Rule): Rule {
  return (value) => (value === undefined || value === null ? undefined : rule(value));
}

/** The kind of a value, for an error that does not show the value. */
export function kindOf(value: unknown): string {
  return value === undefined ? "nothing" : `one of type ${typeOf(value)}`;
}

/** What is wrong with the properties of a map, each with its path. */
export function failuresIn(value: unknown, rules: Readonly<Record<string, Rule>>, path = ""): string[] {
  if (!isMap(value)) {
    return [`${path} must be a map, got ${kindOf(value)}`];
  }
  return Object.entries(rules).flatMap(([name, rule]) => {
    const failure = rule(value[name]);
    return failure === undefined ? [] : [`${path === "" ? name : `${path}.${name}`} ${failure}`];
  });
}

/**
 * @param failures what is wrong with the state
 * @param remedy what to do, beside restoring the state
 * @throws Error that lists the failures
 */
export function requireValidState(urn: string, failures: readonly string[], remedy: string): void {
  if (failures.length > 0) {
    throw new Error(
      `the saved state of ${urn} is not valid: ${failures.join("; ")}. Someone has edited the state, or it is damaged. Restore it with pulumi stack import, or run pulumi state delete '${urn}' and ${remedy}`,
    );
  }
}
