import { TokenStatus } from "./enums";

/** What Azure allows as the name of a thing inside a registry, and how an error says so. */
interface NameRule {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** The rules of the Azure REST specification of Microsoft.ContainerRegistry. */
const rules = {
  registryName: { pattern: /^[a-zA-Z0-9]{5,50}$/, allowed: "5 to 50 letters and digits" },
  scopeMapName: {
    pattern: /^[a-zA-Z0-9-_]{5,50}$/,
    allowed: "5 to 50 letters, digits, hyphens and underscores",
  },
  tokenName: { pattern: /^[a-zA-Z0-9-]{5,50}$/, allowed: "5 to 50 letters, digits and hyphens" },
  resourceGroupName: {
    pattern: /^[-\w.()\p{L}\p{N}]{0,89}[-\w()\p{L}\p{N}]$/u,
    allowed: "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, not ending in a period",
  },
} satisfies Record<string, NameRule>;

/** The names that {@link checkName} knows. */
export type NameKind = keyof typeof rules;

/**
 * What is wrong with a name, as a sentence without its subject, or undefined where nothing is.
 *
 * @param kind which of Azure's rules it must follow
 * @param name the name as given
 */
export function checkName(kind: NameKind, name: unknown): string | undefined {
  const rule = rules[kind];
  if (typeof name === "string" && rule.pattern.test(name)) {
    return undefined;
  }
  return `must be ${rule.allowed}, got ${show(name)}`;
}

/** A value as an error shows it. Never used for a secret. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** The most days that a period may have: a hundred years. */
const mostDays = 36_500;

/**
 * What is wrong with a number of days, as a sentence without its subject, or undefined where nothing is.
 *
 * @param least the least that is allowed
 */
export function checkDays(least: number, value: unknown): string | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= mostDays
    ? undefined
    : `must be a whole number of days from ${least} to ${mostDays}, got ${show(value)}`;
}

const statuses: readonly unknown[] = Object.values(TokenStatus);

/** What is wrong with a token's status, as a sentence without its subject, or undefined where nothing is. */
export function checkStatus(status: unknown): string | undefined {
  return statuses.includes(status) ? undefined : `must be one of ${statuses.join(", ")}, got ${show(status)}`;
}

/** What is wrong with a registry's host, as a sentence without its subject, or undefined where nothing is. */
export function checkHost(host: unknown): string | undefined {
  return typeof host === "string" && /^[a-z0-9.-]+(:\d+)?$/i.test(host)
    ? undefined
    : `must be a host such as "myregistry.azurecr.io", without https://, got ${show(host)}`;
}
