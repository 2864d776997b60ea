import { checkDays, checkName, isMap, type NameKind, show, typeOf } from "./checks";
import { checkOverlap, checkPeriods, type Periods } from "./periods";
import { type Access, checkAccess, type ValidationFailure } from "./repositoryActions";

/** Returns what is wrong with a value, as a sentence without its subject; undefined if nothing is. */
export type Rule = (value: unknown) => string | undefined;

/** Returns everything that is wrong with an argument's value. */
export type ArgumentRule = (value: unknown, argument: string) => readonly ValidationFailure[];

/** The rule for the repositories and gateways of one scope map. */
export function checkScopeMapAccess({
  repositories,
  gateways,
}: {
  repositories?: unknown;
  gateways?: unknown;
}) {
  return repositories === undefined && gateways === undefined
    ? []
    : checkAccess(repositories as Access, gateways as Access);
}

/** The rule for the three periods together. A period that is wrong by itself has its own failure. */
export function checkPeriodsTogether(periods: Periods): readonly ValidationFailure[] {
  const days = [periods.rotateEveryDays, periods.expirationInDays, periods.overlapDays];
  if (days.some((value) => value !== undefined && checkDays(1, value) !== undefined)) {
    return [];
  }
  const failures = { expirationInDays: checkPeriods(periods), overlapDays: checkOverlap(periods) };
  return Object.entries(failures).flatMap(([property, reason]) => (reason ? [{ property, reason }] : []));
}

/** A rule of one sentence as an argument's rule. */
export function is(rule: Rule): ArgumentRule {
  return (value, property) => {
    const reason = rule(value);
    return reason === undefined ? [] : [{ property, reason }];
  };
}

export function name(kind: NameKind): Rule {
  return (value) => checkName(kind, value);
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : `must be a text, got ${show(value)}`;
}

export function mapOfSettings(value: unknown): string | undefined {
  return isMap(value) ? undefined : `must be a map of settings, got one of type ${typeOf(value)}`;
}

export function flag(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`;
}

/** The reason shows names and no value: a trigger may be derived from a secret. */
export function mapOfTexts(value: unknown): string | undefined {
  if (!isMap(value)) {
    return `must be a map of texts, such as {"reason": "audit"}, got ${show(value)}`;
  }
  const others = Object.entries(value).filter(([, text]) => typeof text !== "string");
  return others.length === 0
    ? undefined
    : `must be a map of texts, got ${others.map(([key, other]) => `${show(key)} of type ${typeOf(other)}`).join(", ")}`;
}
