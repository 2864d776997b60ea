import * as pulumi from "@pulumi/pulumi";
import { checkSetting } from "../common/azureSettings";
import { checkDays, checkHost, checkName, checkStatus, type NameKind, show } from "../common/checks";
import { checkPeriods } from "../common/periods";
import { type Access, checkAccess, scopeMapActions } from "../common/repositoryActions";
import { checkScopeMapId } from "../common/resourceIds";
import { ArgumentReader, inputError, isKnown, type Rule } from "./argumentReader";
import type { RegistryTokenArgs } from "./registryTokenArgs";

/** The arguments with their defaults. Those that are not known yet are checked as soon as they are. */
export interface CheckedArguments {
  readonly resourceGroupName: pulumi.Output<string>;
  readonly registryName: pulumi.Output<string>;
  readonly tokenName: pulumi.Output<string>;
  readonly scopeMapName: pulumi.Output<string>;
  readonly status: pulumi.Output<string>;
  readonly scopeMapId: pulumi.Output<string> | undefined;
  readonly loginServer: pulumi.Output<string> | undefined;
}

/**
 * Checks the arguments of a RegistryToken and gives them their defaults.
 *
 * @param name the resource's name
 * @throws pulumi.InputPropertiesError that lists everything that is wrong with what is known by now
 */
export function checkArguments(name: string, args: RegistryTokenArgs): CheckedArguments {
  const reader = new ArgumentReader(name);
  const tokenName = args.tokenName ?? name;
  // Where the token's name is known, so is the default: its fault is found at once.
  const defaultScopeMapName =
    typeof tokenName === "string" ? `${tokenName}-scope-map` : pulumi.interpolate`${tokenName}-scope-map`;
  checkWayOfScoping(args, reader);
  checkRepositories(args, reader);
  reader.check("rotateEveryDays", args.rotateEveryDays, isDays(1));
  reader.check("expirationInDays", args.expirationInDays, isDays(2));
  checkPeriodsTogether(args, reader);
  reader.check("rotationTriggers", args.rotationTriggers, isMapOfTexts);
  reader.check("waitUntilLive", args.waitUntilLive, isFlag);
  checkAzure(args.azure, reader);
  const checked = {
    resourceGroupName: reader.text("resourceGroupName", args.resourceGroupName, isName("resourceGroupName")),
    registryName: reader.text("registryName", args.registryName, isName("registryName")),
    tokenName: reader.text(
      "tokenName",
      tokenName,
      withDefault(args.tokenName, "tokenName", "the resource's name"),
    ),
    scopeMapName: reader.text(
      "scopeMapName",
      args.scopeMapName ?? defaultScopeMapName,
      args.scopeMapId === undefined
        ? withDefault(args.scopeMapName, "scopeMapName", "<tokenName>-scope-map")
        : () => undefined,
    ),
    status: reader.text("status", args.status ?? "enabled", checkStatus),
    scopeMapId: reader.optionalText("scopeMapId", args.scopeMapId, checkScopeMapId),
    loginServer: reader.optionalText("loginServer", args.loginServer, checkHost),
  };
  reader.throwFaults();
  return checked;
}

/**
 * The actions of the scope map, once all that was asked for is known.
 *
 * @param name the resource's name
 * @throws pulumi.InputPropertiesError that lists everything that is wrong with them
 */
export function checkedActions(name: string, repositories?: Access, gateways?: Access): string[] {
  const faults = checkAccess(repositories, gateways);
  if (faults.length > 0) {
    throw inputError(name, faults);
  }
  return scopeMapActions(repositories, gateways);
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
  if (repositories === undefined && gateways === undefined) {
    return;
  }
  if (isKnown(repositories) && isKnown(gateways)) {
    for (const { property, reason } of checkAccess(repositories as Access, gateways as Access)) {
      reader.fault(property, reason);
    }
  }
}

/** Checks each setting that is known by now; the provider checks the others. */
function checkAzure(azure: unknown, reader: ArgumentReader): void {
  reader.check("azure", azure, isMap);
  if (typeof azure === "object" && azure !== null && !pulumi.Output.isInstance(azure)) {
    for (const [name, value] of Object.entries(azure)) {
      reader.check(`azure.${name}`, value, (known) => checkSetting(name, known));
    }
  }
}

/** Where each of the two is a number; another fault of one of them is found by itself. */
function checkPeriodsTogether(
  { rotateEveryDays, expirationInDays }: RegistryTokenArgs,
  reader: ArgumentReader,
): void {
  if (typeof expirationInDays === "number" && typeof rotateEveryDays === "number") {
    const reason = checkPeriods({ rotateEveryDays, expirationInDays });
    if (reason !== undefined) {
      reader.fault("expirationInDays", reason);
    }
  }
}

function isName(kind: NameKind): Rule {
  return (value) => checkName(kind, value);
}

/** The rule for a name, which says where the name came from when nobody gave it. */
function withDefault(given: unknown, kind: NameKind, source: string): Rule {
  return (value) => {
    const reason = checkName(kind, value);
    return reason && given === undefined ? `${reason}, its default (${source}): give ${kind}` : reason;
  };
}

function isDays(least: number): Rule {
  return (value) => checkDays(least, value);
}

const isFlag: Rule = (value) =>
  typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`;

const isMap: Rule = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? undefined
    : `must be a map of settings, got one of type ${typeof value}`;

/** Shows names and never values: a trigger may be made of something secret. */
const isMapOfTexts: Rule = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `must be a map of texts, such as {"reason": "audit"}, got ${show(value)}`;
  }
  const others = Object.entries(value).filter(([, text]) => typeof text !== "string");
  return others.length === 0
    ? undefined
    : `must be a map of texts, got ${others.map(([name, other]) => `${show(name)} of type ${typeof other}`).join(", ")}`;
};
