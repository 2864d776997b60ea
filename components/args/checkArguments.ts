import * as pulumi from "@pulumi/pulumi";
import { claimNames } from "../program/claimedNames";
import { checkAdopt } from "./adopt";
import { ArgumentReader, isAwaited } from "./argumentReader";
import { checkSetting } from "./azureSettings";
import { checkName, isMap, typeOf } from "./checks";
import type { TokenStatus } from "./enums";
import { argumentNames, argumentRules, type RegistryTokenArgs } from "./registryTokenArgs";
import { checkPeriodsTogether, checkScopeMapAccess, is, mapOfSettings } from "./rules";

/** The arguments with their defaults. */
export interface CheckedArguments {
  readonly tokenName: pulumi.Input<string>;
  readonly scopeMapName: pulumi.Input<string>;
  readonly status: pulumi.Input<TokenStatus>;
  /**
   * Resolves once every argument has been checked, also those that are outputs of other resources. Nothing is created before. If an
   * argument is invalid, it rejects with a pulumi.InputPropertiesError that lists every failure.
   */
  readonly whenKnown: Promise<void>;
}

/**
 * Checks the arguments of a RegistryToken and gives them their defaults.
 *
 * @param name the resource's name
 * @throws pulumi.InputPropertiesError that lists everything that is wrong with what is known by now
 */
export function checkArguments(name: string, args: RegistryTokenArgs): CheckedArguments {
  const reader = new ArgumentReader(name);
  if (!isMap(args)) {
    const needed = "must be a map with resourceGroupName, registryName and what else a RegistryToken takes";
    reader.fail("args", `${needed}, got one of type ${typeOf(args)}`);
    reader.throwFailures();
  }
  const tokenName = args.tokenName ?? name;
  const { adopt, resourceGroupName, registryName, repositories, gateways } = args;
  const { rotateEveryDays, expirationInDays, overlapDays } = args;
  checkNames(args, reader);
  checkScope(args, reader);
  reader.require("resourceGroupName", resourceGroupName);
  reader.require("registryName", registryName);
  // checkScope has reported a scopeMapName beside scopeMapId.
  const given = args.scopeMapId === undefined ? args : { ...args, scopeMapName: undefined };
  for (const argument of argumentNames) {
    reader.check(given[argument], (known) => argumentRules[argument](known, argument));
  }
  reader.check({ repositories, gateways }, checkScopeMapAccess);
  reader.check({ rotateEveryDays, expirationInDays, overlapDays }, checkPeriodsTogether);
  checkAzure(args.azure, reader);
  if (adopt !== undefined) {
    reader.check({ adopt, resourceGroupName, registryName, tokenName }, ({ adopt: known, ...names }) =>
      checkAdopt(known, names, !isAwaited(adopt)),
    );
  }
  if (args.tokenName === undefined) {
    reader.check(name, (known) => is(isDefaultTokenName)(known, "tokenName"));
  }
  if (args.scopeMapId === undefined && args.scopeMapName === undefined) {
    reader.check(tokenName, (known) => is(hasValidScopeMapName)(known, "scopeMapName"));
  }
  const scopeMapName = args.scopeMapName ?? defaultScopeMapName(tokenName);
  const own = args.scopeMapId === undefined ? { tokenName, scopeMapName } : { tokenName };
  reader.check({ resourceGroupName, registryName, ...own }, (known) => claimNames(name, known));
  reader.throwFailures();
  return {
    tokenName,
    scopeMapName,
    status: args.status ?? "enabled",
    whenKnown: reader.whenKnown(),
  };
}

/** Rejects unknown argument names: a typo would silently disable rotation. */
function checkNames(args: object, reader: ArgumentReader): void {
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined && value !== null && !(argumentNames as string[]).includes(name)) {
      reader.fail(name, `is not known: there are ${argumentNames.join(", ")}`);
    }
  }
}

function checkScope(args: RegistryTokenArgs, reader: ArgumentReader): void {
  const own = (["repositories", "gateways"] as const).filter((name) => args[name] !== undefined);
  if (args.scopeMapId === undefined) {
    if (own.length === 0) {
      reader.fail(
        "repositories",
        "exactly one of repositories (with gateways) and scopeMapId is needed, got none",
      );
    }
    return;
  }
  if (own.length > 0) {
    reader.fail(
      "scopeMapId",
      `exactly one of repositories (with gateways) and scopeMapId is allowed, got ${[...own, "scopeMapId"].join(" and ")}`,
    );
  }
  for (const name of ["scopeMapName", "scopeMapDescription"] as const) {
    if (args[name] !== undefined) {
      reader.fail(
        name,
        `describes a scope map of its own, but scopeMapId names one that exists: leave out one of them`,
      );
    }
  }
}

/** Checks each setting by itself, so that the known settings are checked even if another one is not known yet. */
function checkAzure(azure: RegistryTokenArgs["azure"], reader: ArgumentReader): void {
  const settings = isMap(azure) && !isAwaited(azure) ? Object.entries(azure) : [];
  for (const [name, value] of settings) {
    reader.check(value, (known) => settingFailures(name, known));
  }
  reader.check(settings.length > 0 ? undefined : azure, (known: unknown) =>
    isMap(known)
      ? Object.entries(known).flatMap(([name, value]) => settingFailures(name, value))
      : is(mapOfSettings)(known, "azure"),
  );
}

function settingFailures(name: string, value: unknown) {
  return is((known) => checkSetting(name, known))(value, `azure.${name}`);
}

/** The rule for a token's name that is the resource's, because the program gives none. */
function isDefaultTokenName(name: unknown): string | undefined {
  const reason = checkName("tokenName", name);
  return reason && `${reason}, its default (the resource's name): set tokenName`;
}

function defaultScopeMapName(tokenName: pulumi.Input<string>): pulumi.Input<string> {
  return typeof tokenName === "string"
    ? `${tokenName}-scope-map`
    : pulumi.interpolate`${tokenName}-scope-map`;
}

/** The rule for a token's name from which the scope map's is made. A failure of the token's name has its own entry. */
function hasValidScopeMapName(tokenName: unknown): string | undefined {
  const isValid = checkName("tokenName", tokenName) === undefined;
  const reason = isValid ? checkName("scopeMapName", defaultScopeMapName(String(tokenName))) : undefined;
  return reason && `${reason}, its default (<tokenName>-scope-map): set scopeMapName`;
}
