import { checkDays, checkHost, checkName, checkStatus, isMap, type NameKind, show, typeOf } from "./checks";
import { checkClientHosts } from "./clientHosts";
import { checkKeyVault } from "./keyVault";
import { checkOverlap, checkPeriods, type Periods } from "./periods";
import type { RegistryTokenArgs } from "./registryTokenArgs";
import { type Access, checkAccess, type ValidationFailure } from "./repositoryActions";
import { checkScopeMapId } from "./resourceIds";

/** Returns what is wrong with a value, as a sentence without its subject; undefined if nothing is. */
export type Rule = (value: unknown) => string | undefined;

/** Returns everything that is wrong with an argument's value. */
export type ArgumentRule = (value: unknown, argument: string) => readonly ValidationFailure[];

/** An argument whose value is checked together with other arguments. */
const withOthers: ArgumentRule = () => [];

/** The rules for the arguments that the days of rotations and expiries depend on. */
const scheduleRules = {
  expirationInDays: is((days) => checkDays(2, days)),
  rotateEveryDays: is((days) => checkDays(1, days)),
  overlapDays: is((days) => checkDays(1, days)),
  spreadRotation: is(flag),
};

/** The rules for the arguments that a RegistryToken passes to its TokenCredentials as they are. */
const credentialsRules = {
  ...scheduleRules,
  waitUntilLive: is(flag),
  loginServer: is(checkHost),
  keyVault: checkKeyVault,
};

/** The rules for a RegistryToken's arguments, one by one. The program and the provider check the same rules. */
export const argumentRules = {
  resourceGroupName: is(name("resourceGroupName")),
  registryName: is(name("registryName")),
  repositories: withOthers,
  gateways: withOthers,
  scopeMapId: is(checkScopeMapId),
  tokenName: is(name("tokenName")),
  scopeMapName: is(name("scopeMapName")),
  scopeMapDescription: is(text),
  status: is(checkStatus),
  ...credentialsRules,
  rotationTriggers: is(mapOfTexts),
  adopt: withOthers,
  additionalHosts: checkClientHosts,
  azure: withOthers,
} satisfies Record<keyof RegistryTokenArgs, ArgumentRule>;

/** The names of the arguments that the days of rotations and expiries depend on. */
export const scheduleArguments = namesOf(scheduleRules);

/** The names of the arguments that a RegistryToken passes to its TokenCredentials as they are. */
export const credentialsArguments = namesOf(credentialsRules);

/** The arguments that a RegistryToken passes to its TokenCredentials as they are. */
export type CredentialsArguments = Pick<RegistryTokenArgs, keyof typeof credentialsRules>;

/** The names of all arguments. */
export const argumentNames = namesOf(argumentRules);

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

function namesOf<Name extends keyof RegistryTokenArgs>(rules: Record<Name, ArgumentRule>): Name[] {
  return Object.keys(rules) as Name[];
}

function name(kind: NameKind): Rule {
  return (value) => checkName(kind, value);
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : `must be a text, got ${show(value)}`;
}

export function mapOfSettings(value: unknown): string | undefined {
  return isMap(value) ? undefined : `must be a map of settings, got one of type ${typeOf(value)}`;
}

function flag(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`;
}

/** The reason shows names and no value: a trigger may be derived from a secret. */
function mapOfTexts(value: unknown): string | undefined {
  if (!isMap(value)) {
    return `must be a map of texts, such as {"reason": "audit"}, got ${show(value)}`;
  }
  const others = Object.entries(value).filter(([, text]) => typeof text !== "string");
  return others.length === 0
    ? undefined
    : `must be a map of texts, got ${others.map(([key, other]) => `${show(key)} of type ${typeOf(other)}`).join(", ")}`;
}
