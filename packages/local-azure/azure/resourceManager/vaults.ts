import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { ResourceGroup, Subscription, Vault } from "../state.js";
import { purgeTime } from "../vault/secrets.js";
import {
  allVaults,
  type Context,
  describeSystemData,
  findGroup,
  findSubscription,
  newSystemData,
  resourceNotFound,
  touch,
  vaultsOf,
} from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { readVault } from "./vaultSettings.js";

/** The path below which clients poll operations on deleted vaults. */
export const vaultLocationPath =
  "/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{location}";
const inSubscription = "/subscriptions/{subscription}/providers/Microsoft.KeyVault";
export const vaultsPath =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults";

/** The routes of vaults and of deleted vaults. */
export function routeVaults(router: Router, context: Context): void {
  const deleted = `${vaultLocationPath}/deletedVaults/{vault}`;
  router
    .on("GET", `${inSubscription}/vaults`, (_, parameters) => ({
      status: 200,
      body: { value: vaultsOf(findSubscription(context, parameters)).map((vault) => describe(vault)) },
    }))
    .on("GET", vaultsPath, (_, parameters) => ({
      status: 200,
      body: { value: [...findGroup(context, parameters).vaults].map((vault) => describe(vault)) },
    }))
    .on("GET", `${vaultsPath}/{vault}`, (_, parameters) => ({
      status: 200,
      body: describe(findVault(context, parameters)),
    }))
    .on("PUT", `${vaultsPath}/{vault}`, (request, parameters) => put(context, request, parameters))
    .on("DELETE", `${vaultsPath}/{vault}`, (_, parameters) => remove(context, parameters))
    .on("GET", `${inSubscription}/deletedVaults`, (_, parameters) => ({
      status: 200,
      body: { value: [...findSubscription(context, parameters).deletedVaults].map(describeDeleted) },
    }))
    .on("GET", deleted, (_, parameters) => ({
      status: 200,
      body: describeDeleted(findDeleted(context, parameters)),
    }))
    .on("POST", `${deleted}/purge`, (request, parameters) => purge(context, request, parameters));
}

/** The vault that a path names. */
export function findVault(context: Context, parameters: Parameters): Vault {
  const group = findGroup(context, parameters);
  const found = group.vaults.get(parameters.vault);
  if (found === undefined) {
    throw resourceNotFound(`Microsoft.KeyVault/vaults/${parameters.vault}`, group);
  }
  return found;
}

/** Deletes a vault so that it can be recovered: its name stays in use until it is purged. */
export function softDelete(
  { clock }: Context,
  { deletedVaults }: Subscription,
  { vaults }: ResourceGroup,
  vault: Vault,
): void {
  vault.deletedAt = clock.now();
  vaults.delete(vault.name);
  deletedVaults.add(vault);
}

async function put(context: Context, request: Request, parameters: Parameters): Promise<Response> {
  const group = findGroup(context, parameters);
  const subscription = findSubscription(context, parameters);
  const name = parameters.vault;
  if (!/^(?=.{3,24}$)(?!.*--)[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]$/.test(name)) {
    throw badRequest(
      "VaultNameNotValid",
      `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
    );
  }
  const deleted = subscription.deletedVaults.get(name);
  const existing = group.vaults.get(name) ?? deleted;
  const { recover, ...settings } = readVault(request, context.directory.tenantId, existing);
  if (existing !== undefined && existing === deleted) {
    return recoverVault(context, request, subscription, group, existing, recover);
  }
  if (existing !== undefined) {
    Object.assign(existing, settings);
    touch(context, existing.systemData, request);
    return { status: 200, body: describe(existing) };
  }
  checkFree(context, name);
  const vault = await context.openVault({
    ...settings,
    name,
    id: `${group.id}/providers/Microsoft.KeyVault/vaults/${name}`,
    systemData: newSystemData(request, context.clock.stamp()),
    readyAtMs: Date.now() + context.operations.durationMs,
  });
  group.vaults.add(vault);
  return { status: 200, body: describe(vault, "RegisteringDns") };
}

function recoverVault(
  context: Context,
  request: Request,
  { deletedVaults }: Subscription,
  { id, vaults }: ResourceGroup,
  vault: Vault,
  recover: boolean,
): Response {
  if (!recover || !vault.id.toLowerCase().startsWith(`${id.toLowerCase()}/`)) {
    throw new AzureError(
      409,
      "ConflictError",
      "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
    );
  }
  vault.deletedAt = undefined;
  deletedVaults.delete(vault.name);
  vaults.add(vault);
  touch(context, vault.systemData, request);
  return { status: 200, body: describe(vault) };
}

/** A vault's name is unique across all resource groups and subscriptions. */
function checkFree(context: Context, name: string): void {
  if (allVaults(context).some((vault) => vault.name.toLowerCase() === name.toLowerCase())) {
    throw new AzureError(
      409,
      "VaultAlreadyExists",
      `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
    );
  }
}

function remove(context: Context, parameters: Parameters): Response {
  const group = findGroup(context, parameters);
  const vault = group.vaults.get(parameters.vault);
  if (vault === undefined) {
    return { status: 204 };
  }
  softDelete(context, findSubscription(context, parameters), group, vault);
  return { status: 200 };
}

function findDeleted(context: Context, parameters: Parameters): Vault {
  const found = findSubscription(context, parameters).deletedVaults.get(parameters.vault);
  if (found === undefined) {
    throw new AzureError(
      404,
      "DeletedVaultNotFound",
      `The specified deleted vault '${parameters.vault}' does not exist.`,
    );
  }
  return found;
}

function purge(context: Context, request: Request, parameters: Parameters): Response {
  const vault = findDeleted(context, parameters);
  if (vault.enablePurgeProtection) {
    throw new AzureError(
      400,
      "DeletedVaultPurge",
      `The vault '${vault.name}' cannot be purged: its purge protection is enabled.`,
    );
  }
  const subscription = findSubscription(context, parameters);
  const ending = context.operations.endingOf(request);
  return context.operations.start(request, {
    resource: `/subscriptions/${subscription.id}/providers/Microsoft.KeyVault/locations/${vault.location}`,
    kind: "vault",
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: async () => {
      if (ending.isDone) {
        subscription.deletedVaults.delete(vault.name);
        await vault.close();
      }
    },
  });
}

function describe(
  vault: Vault,
  state = Date.now() < vault.readyAtMs ? "RegisteringDns" : "Succeeded",
): object {
  return {
    id: vault.id,
    name: vault.name,
    type: "Microsoft.KeyVault/vaults",
    location: vault.location,
    tags: vault.tags,
    systemData: describeSystemData(vault.systemData),
    properties: {
      sku: { family: "A", name: vault.sku },
      tenantId: vault.tenantId,
      accessPolicies: vault.accessPolicies,
      enabledForDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: vault.softDeleteRetentionInDays,
      enableRbacAuthorization: vault.enableRbacAuthorization,
      ...(vault.enablePurgeProtection && { enablePurgeProtection: true }),
      vaultUri: vault.uri,
      provisioningState: state,
      publicNetworkAccess: vault.publicNetworkAccess,
      ...(vault.networkAcls && { networkAcls: vault.networkAcls }),
    },
  };
}

function describeDeleted(vault: Vault): object {
  const deletedAt = vault.deletedAt ?? new Date(0);
  const [, subscription] = /^(\/subscriptions\/[^/]+)/.exec(vault.id) ?? [];
  return {
    id: `${subscription}/providers/Microsoft.KeyVault/locations/${vault.location}/deletedVaults/${vault.name}`,
    name: vault.name,
    type: "Microsoft.KeyVault/deletedVaults",
    properties: {
      vaultId: vault.id,
      location: vault.location,
      tags: vault.tags,
      deletionDate: deletedAt.toISOString(),
      scheduledPurgeDate: purgeTime(vault, deletedAt).toISOString(),
      ...(vault.enablePurgeProtection && { purgeProtectionEnabled: true }),
    },
  };
}
