import type { Request } from "../http.js";
import type { AccessPolicy, Vault, VaultSettings } from "../state.js";
import {
  arrayMember,
  flagMember,
  integerMember,
  isObject,
  type JsonObject,
  objectMember,
  readBody,
  textMember,
  textsMember,
} from "./body.js";
import { badRequest } from "./errors.js";

/** The settings in the body of a PUT. */
export interface RequestedVault extends VaultSettings {
  /** Whether to recover the deleted vault of this name. */
  readonly recover: boolean;
}

/**
 * Reads the body of a PUT, with Azure's defaults for omitted settings.
 *
 * @param tenantId the only tenant
 * @param existing the vault to change; undefined for a new vault
 */
export function readVault(request: Request, tenantId: string, existing: Vault | undefined): RequestedVault {
  const body = readBody(request);
  const properties = required("properties", objectMember(body, "properties"));
  const recover = readCreateMode(properties) === "recover";
  const enableRbacAuthorization = flagMember(properties, "enableRbacAuthorization") ?? false;
  const policies = arrayMember(properties, "accessPolicies")?.map((each) => readPolicy(each, tenantId));
  if (policies === undefined && !enableRbacAuthorization && !recover) {
    throw invalid(
      "'properties.accessPolicies' is missing: it is required unless enableRbacAuthorization is true.",
    );
  }
  return {
    location: required("location", textMember(body, "location")),
    tags: textsMember(body, "tags") ?? {},
    tenantId: checkTenant(required("properties.tenantId", textMember(properties, "tenantId")), tenantId),
    sku: readSku(required("properties.sku", objectMember(properties, "sku"))),
    accessPolicies: policies ?? [],
    enableRbacAuthorization,
    softDeleteRetentionInDays: readRetention(properties, existing),
    enablePurgeProtection: readPurgeProtection(properties, existing),
    publicNetworkAccess: textMember(properties, "publicNetworkAccess") ?? "Enabled",
    networkAcls: readNetworkAcls(objectMember(properties, "networkAcls")),
    recover,
  };
}

function readSku(sku: JsonObject): VaultSettings["sku"] {
  const name = required("properties.sku.name", textMember(sku, "name")).toLowerCase();
  const family = required("properties.sku.family", textMember(sku, "family"));
  if (family.toUpperCase() !== "A" || (name !== "standard" && name !== "premium")) {
    throw invalid(
      `the SKU '${family} ${name}' is invalid: the family must be A and the name standard or premium.`,
    );
  }
  return name;
}

function readNetworkAcls(acls: JsonObject | undefined): VaultSettings["networkAcls"] {
  if (acls === undefined) {
    return undefined;
  }
  const given = textMember(acls, "defaultAction") ?? "Allow";
  const defaultAction = (["Allow", "Deny"] as const).find(
    (known) => known.toLowerCase() === given.toLowerCase(),
  );
  if (defaultAction === undefined) {
    throw invalid(`networkAcls.defaultAction is '${given}': it must be Allow or Deny.`);
  }
  return { ...acls, defaultAction };
}

function readPolicy(policy: unknown, tenant: string): AccessPolicy {
  if (!isObject(policy)) {
    throw invalid("an access policy must be an object.");
  }
  const permissions = required("accessPolicies.permissions", objectMember(policy, "permissions"));
  const lists = Object.keys(permissions).map((kind) => [kind, arrayMember(permissions, kind) ?? []] as const);
  if (lists.some(([, list]) => !list.every((each) => typeof each === "string"))) {
    throw invalid("the permissions of an access policy must be lists of strings.");
  }
  return {
    tenantId: checkTenant(required("accessPolicies.tenantId", textMember(policy, "tenantId")), tenant),
    objectId: required("accessPolicies.objectId", textMember(policy, "objectId")),
    permissions: Object.fromEntries(lists) as Record<string, string[]>,
  };
}

function readCreateMode(properties: JsonObject): "default" | "recover" {
  const mode = textMember(properties, "createMode") ?? "default";
  if (mode !== "default" && mode !== "recover") {
    throw invalid(`the createMode '${mode}' must be default or recover.`);
  }
  return mode;
}

/** The retention of an existing vault cannot be changed. */
function readRetention(properties: JsonObject, existing: Vault | undefined): number {
  const days = integerMember(properties, "softDeleteRetentionInDays");
  const old = existing?.softDeleteRetentionInDays;
  if (days !== undefined && (days < 7 || days > 90)) {
    throw invalid(`softDeleteRetentionInDays is ${days}: it must be 7 to 90.`);
  }
  if (days !== undefined && old !== undefined && days !== old) {
    throw invalid(`softDeleteRetentionInDays is ${old}, and cannot be changed.`);
  }
  if (flagMember(properties, "enableSoftDelete") === false) {
    throw invalid("enableSoftDelete cannot be set to false.");
  }
  return days ?? old ?? 90;
}

function readPurgeProtection(properties: JsonObject, existing: Vault | undefined): boolean {
  const requested = flagMember(properties, "enablePurgeProtection");
  if (requested === false) {
    throw invalid("enablePurgeProtection cannot be set to false.");
  }
  return requested ?? existing?.enablePurgeProtection ?? false;
}

function checkTenant(given: string, tenantId: string): string {
  if (given.toLowerCase() !== tenantId) {
    throw invalid(`the tenant '${given}' is not the subscription's tenant '${tenantId}'.`);
  }
  return given;
}

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) {
    throw invalid(`'${name}' is missing.`);
  }
  return value;
}

function invalid(what: string): Error {
  return badRequest("BadRequest", `The vault is invalid: ${what}`);
}
