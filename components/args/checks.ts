import { TokenStatus } from "./enums";

/** What Azure allows as a name, and its description in an error. */
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
 * What is wrong with a name, without the subject of the sentence; undefined if nothing is.
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

/** How many characters of a value an error shows. */
const maxLength = 300;

/** A value as an error shows it; of a long value the beginning. Never use it for a secret. */
export function show(value: unknown): string {
  const text = printable(textOf(value));
  return text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length} characters)` : text;
}

/** Characters that act on a terminal, or on the order in which text reads: C1 controls, DEL, bidirectional marks, line separators. */
const unprintable = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Escapes characters that JSON does not escape, and the beginning of Pulumi's colour tags. */
function printable(json: string): string {
  return json
    .replace(unprintable, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("<{%", "<{\\u0025");
}

function textOf(value: unknown): string {
  // JSON has no NaN: it writes null.
  if (typeof value === "number") {
    return String(value);
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A circular value, or a type that JSON does not have.
    return typeof value === "bigint" ? String(value) : `one of type ${typeOf(value)}`;
  }
}

/** The reason of a check without the value, which is a secret. */
export function withoutValue(reason: string): string {
  return reason.replace(/, got [\s\S]*/, ", got a secret");
}

/** Whether a value is a map: an object, and not a list. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The type of a value, for an error that does not show the value. */
export function typeOf(value: unknown): string {
  if (value === null) {
    return "null";
  }
  return Array.isArray(value) ? "list" : typeof value;
}

/** The maximum of a period: a hundred years. */
const maxDays = 36_500;

/**
 * What is wrong with a number of days, without the subject of the sentence; undefined if nothing is.
 *
 * @param least the minimum
 */
export function checkDays(least: number, value: unknown): string | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= maxDays
    ? undefined
    : `must be a whole number of days from ${least} to ${maxDays}, got ${show(value)}`;
}

const statuses: readonly unknown[] = Object.values(TokenStatus);

/** What is wrong with a token's status, without the subject of the sentence; undefined if nothing is. */
export function checkStatus(status: unknown): string | undefined {
  return statuses.includes(status) ? undefined : `must be one of ${statuses.join(", ")}, got ${show(status)}`;
}

const hostPattern = /^(?=[^:]{1,253}(?::|$))(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(?::(\d{1,5}))?$/i;

/**
 * What is wrong with a host, with or without a port, without the subject of the sentence; undefined if nothing is.
 *
 * @param example a valid host
 */
export function checkHost(host: unknown, example = "myregistry.azurecr.io"): string | undefined {
  return isHost(host)
    ? undefined
    : `must be a host such as ${show(example)}, without https://, got ${show(host)}`;
}

/** Whether a text is a host with an optional port. */
export function isHost(host: unknown): boolean {
  const found = typeof host === "string" ? hostPattern.exec(host) : null;
  // A label neither begins nor ends with a hyphen.
  if (found === null || /(^|\.)-|-(\.|:|$)/.test(found[0])) {
    return false;
  }
  const port = found[1] === undefined ? 443 : Number(found[1]);
  return port >= 1 && port <= 65_535;
}
