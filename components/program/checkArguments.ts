import * as pulumi from "@pulumi/pulumi";
import { checkSetting } from "../common/azureSettings";
import {
  checkDays,
  checkHost,
  checkName,
  checkStatus,
  isMap,
  type NameKind,
  show,
  typeOf,
} from "../common/checks";
import { checkClientHosts } from "../common/clientHosts";
import type { TokenStatus } from "../common/enums";
import { checkOverlap, checkPeriods } from "../common/periods";
import { type Access, checkAccess, type Fault } from "../common/repositoryActions";
import { checkScopeMapId } from "../common/resourceIds";
import { checkAdopt } from "./adopt";
import { argumentNames } from "./argumentNames";
import { ArgumentReader, type Rule } from "./argumentReader";
import type { RegistryTokenArgs } from "./registryTokenArgs";

/** The arguments with their defaults. */
export interface CheckedArguments {
  readonly tokenName: pulumi.Input<string>;
  readonly scopeMapName: pulumi.Input<string>;
  readonly status: pulumi.Input<TokenStatus>;
  /**
   * Resolves once all that is given has been checked, also what other resources had to tell first. Nothing is created
   * before; where something is wrong it is rejected, with a pulumi.InputPropertiesError that lists all of it.
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
    reader.fault("args", `${needed}, got one of type ${typeOf(args)}`);
    reader.throwFaults();
  }
  const tokenName = args.tokenName ?? name;
  checkNames(args, reader);
  checkWayOfScoping(args, reader);
  checkRepositories(args, reader);
  reader.checkOptional("rotateEveryDays", args.rotateEveryDays, isDays(1));
  reader.checkOptional("expirationInDays", args.expirationInDays, isDays(2));
  reader.checkOptional("overlapDays", args.overlapDays, isDays(1));
  checkPeriodsTogether(args, reader);
  reader.checkOptional("spreadRotation", args.spreadRotation, isFlag);
  reader.checkOptional("scopeMapDescription", args.scopeMapDescription, isText);
  reader.checkOptional("rotationTriggers", args.rotationTriggers, isMapOfTexts);
  reader.checkOptional("waitUntilLive", args.waitUntilLive, isFlag);
  checkAzure(args.azure, reader);
  const { adopt, resourceGroupName, registryName } = args;
  if (adopt !== undefined) {
    reader.checkAll({ adopt, resourceGroupName, registryName, tokenName }, ({ adopt: known, ...names }) =>
      checkAdopt(known, names),
    );
  }
  reader.required("resourceGroupName", args.resourceGroupName, isName("resourceGroupName"));
  reader.required("registryName", args.registryName, isName("registryName"));
  reader.checkOptional("tokenName", tokenName, isTokenName(args.tokenName));
  if (args.scopeMapId === undefined) {
    reader.checkOptional("scopeMapName", args.scopeMapName, isName("scopeMapName"));
  }
  if (args.scopeMapId === undefined && args.scopeMapName === undefined) {
    reader.checkOptional("scopeMapName", tokenName, hasGoodDefault);
  }
  reader.checkOptional("status", args.status, checkStatus);
  reader.checkOptional("scopeMapId", args.scopeMapId, checkScopeMapId);
  reader.checkOptional("loginServer", args.loginServer, checkHost);
  reader.checkAll(args.additionalHosts, checkClientHosts);
  reader.throwFaults();
  return {
    tokenName,
    scopeMapName: args.scopeMapName ?? defaultScopeMapName(tokenName),
    status: args.status ?? "enabled",
    whenKnown: reader.whenKnown(),
  };
}

/** A name with a slip of the pen would be a rotation that never comes: not every program has a compiler that sees it. */
function checkNames(args: object, reader: ArgumentReader): void {
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined && value !== null && !argumentNames.includes(name)) {
      reader.fault(name, `is not known: there are ${argumentNames.join(", ")}`);
    }
  }
}

function checkWayOfScoping(args: RegistryTokenArgs, reader: ArgumentReader): void {
  const own = (["repositories", "gateways"] as const).filter((name) => args[name] !== undefined);
  if (args.scopeMapId === undefined) {
    if (own.length === 0) {
      reader.fault(
        "repositories",
        "exactly one of repositories (with gateways) and scopeMapId is needed, got none",
      );
    }
    return;
  }
  if (own.length > 0) {
    reader.fault(
      "scopeMapId",
      `exactly one of repositories (with gateways) and scopeMapId is allowed, got ${[...own, "scopeMapId"].join(" and ")}`,
    );
  }
  for (const name of ["scopeMapName", "scopeMapDescription"] as const) {
    if (args[name] !== undefined) {
      reader.fault(
        name,
        `describes a scope map of its own, but scopeMapId names one that exists: leave out one of them`,
      );
    }
  }
}

function checkRepositories({ repositories, gateways }: RegistryTokenArgs, reader: ArgumentReader): void {
  if (repositories !== undefined || gateways !== undefined) {
    reader.checkAll({ repositories, gateways }, (known) =>
      checkAccess(known.repositories as Access, known.gateways as Access),
    );
  }
}

/** Checks each setting by itself, so that one that is known by now is checked beside one that is not. */
function checkAzure(azure: RegistryTokenArgs["azure"], reader: ArgumentReader): void {
  if (typeof azure === "object" && azure !== null && !isAwaited(azure)) {
    reader.checkOptional("azure", azure, isMapOfSettings);
    for (const [name, value] of Object.entries(azure)) {
      reader.checkOptional(`azure.${name}`, value, (known) => checkSetting(name, known));
    }
  } else {
    reader.checkAll(azure, (known: unknown) => {
      const reason = isMapOfSettings(known);
      return reason === undefined
        ? Object.entries(known as object).flatMap(([name, value]) => faultOf(name, value))
        : [{ property: "azure", reason }];
    });
  }
}

function isAwaited(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function faultOf(name: string, value: unknown): Fault[] {
  const reason = checkSetting(name, value);
  return reason === undefined ? [] : [{ property: `azure.${name}`, reason }];
}

/** Where each of the three is right or not given; another fault of one of them is found by itself. */
function checkPeriodsTogether(
  { rotateEveryDays, expirationInDays, overlapDays }: RegistryTokenArgs,
  reader: ArgumentReader,
): void {
  reader.checkAll({ rotateEveryDays, expirationInDays, overlapDays }, (periods) => {
    const areRight = Object.values(periods).every((days) => days === undefined || !checkDays(1, days));
    if (!areRight) {
      return [];
    }
    const faults = { expirationInDays: checkPeriods(periods), overlapDays: checkOverlap(periods) };
    return Object.entries(faults).flatMap(([property, reason]) => (reason ? [{ property, reason }] : []));
  });
}

function isName(kind: NameKind): Rule {
  return (value) => checkName(kind, value);
}

/** The rule for the token's name, which says where the name came from when nobody gave it. */
function isTokenName(given: unknown): Rule {
  return (value) => {
    const reason = checkName("tokenName", value);
    return reason && given === undefined
      ? `${reason}, its default (the resource's name): give tokenName`
      : reason;
  };
}

function defaultScopeMapName(tokenName: pulumi.Input<string>): pulumi.Input<string> {
  return typeof tokenName === "string"
    ? `${tokenName}-scope-map`
    : pulumi.interpolate`${tokenName}-scope-map`;
}

/** The rule for a token's name that the scope map's is made of. A fault of its own is found by itself. */
const hasGoodDefault: Rule = (tokenName) => {
  const isGood = checkName("tokenName", tokenName) === undefined;
  const reason = isGood ? checkName("scopeMapName", defaultScopeMapName(String(tokenName))) : undefined;
  return reason && `${reason}, its default (<tokenName>-scope-map): give scopeMapName`;
};

function isDays(least: number): Rule {
  return (value) => checkDays(least, value);
}

const isText: Rule = (value) =>
  typeof value === "string" ? undefined : `must be a text, got ${show(value)}`;

const isFlag: Rule = (value) =>
  typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`;

const isMapOfSettings: Rule = (value) =>
  isMap(value) ? undefined : `must be a map of settings, got one of type ${typeOf(value)}`;

/** Shows names and never values: a trigger may be made of something secret. */
const isMapOfTexts: Rule = (value) => {
  if (!isMap(value)) {
    return `must be a map of texts, such as {"reason": "audit"}, got ${show(value)}`;
  }
  const others = Object.entries(value).filter(([, text]) => typeof text !== "string");
  return others.length === 0
    ? undefined
    : `must be a map of texts, got ${others.map(([name, other]) => `${show(name)} of type ${typeOf(other)}`).join(", ")}`;
};
