import type { Clock } from "../clock.js";
import type { Handler, Request, Response } from "../http.js";
import { Router } from "../router.js";
import type { Secret, SecretVersion, Vault } from "../state.js";
import { checkPermission, type Permission, type VaultAuthority } from "./access.js";
import { readChanges, readNewContent } from "./body.js";
import { VaultError } from "./errors.js";
import {
  addVersion,
  currentVersion,
  describeVersion,
  purgeTime,
  recoverSecret,
  seconds,
  softDeleteSecret,
} from "./secrets.js";

export type { VaultAuthority } from "./access.js";

interface VaultContext {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly authority: VaultAuthority;
}

/** The handler of a vault's data plane, which reads, writes, deletes, recovers and purges secrets. */
export function vaultHandler(context: VaultContext): Handler {
  const { vault } = context;
  const router = routes(context);
  return async (request) => {
    try {
      if (vault.deletedAt !== undefined) {
        throw new VaultError(404, "VaultNotFound", `The vault '${vault.name}' is deleted.`);
      }
      const response = await router.route(request);
      if (response === undefined) {
        throw new VaultError(404, "NotFound", `This vault has nothing at '${request.url.pathname}'.`);
      }
      return response;
    } catch (error) {
      if (error instanceof VaultError) {
        return error.response();
      }
      throw error;
    }
  };
}

function routes({ vault, clock, authority }: VaultContext): Router {
  const router = new Router();
  const on = (
    method: string,
    path: string,
    permission: Permission,
    work: (name: string, version: string, request: Request) => Response,
  ) =>
    router.on(method, path, (request, { secret = "", version = "" }) => {
      checkPermission(vault, authority, request, permission);
      checkApiVersion(request);
      return work(secret, version, request);
    });
  on("GET", "/secrets", "list", () => ok({ value: [...vault.secrets].map((each) => item(vault, each)) }));
  on("GET", "/secrets/{secret}", "get", (name) => {
    const secret = find(vault, name);
    return ok(readable(vault, secret, currentVersion(secret)));
  });
  on("GET", "/secrets/{secret}/versions", "list", (name) => {
    const secret = find(vault, name);
    return ok({ value: secret.versions.map((version) => item(vault, secret, version)) });
  });
  on("GET", "/secrets/{secret}/{version}", "get", (name, version) =>
    ok(readable(vault, find(vault, name), findVersion(find(vault, name), version))),
  );
  on("PUT", "/secrets/{secret}", "set", (name, _, request) => {
    if (vault.deletedSecrets.get(name) !== undefined) {
      throw new VaultError(
        409,
        "Conflict",
        `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
        "ObjectIsDeletedButRecoverable",
      );
    }
    const secret = addVersion(vault, clock, name, readNewContent(request, name));
    return ok(bundle(vault, secret, currentVersion(secret)));
  });
  on("PATCH", "/secrets/{secret}/{version}", "set", (name, requested, request) => {
    const secret = find(vault, name);
    const version = findVersion(secret, requested);
    Object.assign(version, readChanges(request), { updated: seconds(clock.now()) });
    return ok(item(vault, secret, version));
  });
  on("DELETE", "/secrets/{secret}", "delete", (name) => {
    const secret = find(vault, name);
    softDeleteSecret(vault, clock, secret);
    return ok(deletedItem(vault, secret));
  });
  on("GET", "/deletedsecrets", "list", () =>
    ok({ value: [...vault.deletedSecrets].map((each) => deletedItem(vault, each)) }),
  );
  on("GET", "/deletedsecrets/{secret}", "get", (name) => ok(deletedItem(vault, findDeleted(vault, name))));
  on("POST", "/deletedsecrets/{secret}/recover", "recover", (name) => {
    const secret = findDeleted(vault, name);
    recoverSecret(vault, secret);
    return ok(item(vault, secret));
  });
  on("DELETE", "/deletedsecrets/{secret}", "purge", (name) => {
    const secret = findDeleted(vault, name);
    if (vault.enablePurgeProtection) {
      throw new VaultError(403, "Forbidden", `Purge protection is enabled for the vault '${vault.name}'.`);
    }
    vault.deletedSecrets.delete(secret.name);
    return { status: 204 };
  });
  return router;
}

function ok(body: object): Response {
  return { status: 200, body };
}

function checkApiVersion({ url }: Request): void {
  const version = url.searchParams.get("api-version") ?? "";
  if (!/^7\.[0-6](-preview\.\d+)?$|^20\d\d-\d\d-\d\d(-preview)?$/.test(version)) {
    throw new VaultError(400, "BadParameter", `The api-version '${version}' is not supported.`);
  }
}

function find({ secrets }: Vault, name: string): Secret {
  return secrets.get(name) ?? notFound(name);
}

function findDeleted({ deletedSecrets }: Vault, name: string): Secret {
  return deletedSecrets.get(name) ?? notFound(name);
}

function notFound(name: string): never {
  throw new VaultError(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${name} was not found in this key vault.`,
  );
}

function findVersion({ name, versions }: Secret, requested: string): SecretVersion {
  return versions.find(({ version }) => version === requested) ?? notFound(`${name}/${requested}`);
}

/** A version of a secret with its value. An expired version can be read; a disabled version cannot. */
function readable(vault: Vault, secret: Secret, version: SecretVersion): object {
  if (!version.enabled) {
    throw new VaultError(
      403,
      "Forbidden",
      "Operation get is not allowed on a disabled secret.",
      "SecretDisabled",
    );
  }
  return bundle(vault, secret, version);
}

function bundle(vault: Vault, secret: Secret, version: SecretVersion): object {
  return { value: version.value, ...item(vault, secret, version) };
}

/** The description of a secret without its value. */
function item(vault: Vault, secret: Secret, version?: SecretVersion): object {
  const { attributes, ...properties } = describeVersion(version ?? currentVersion(secret));
  return {
    id: version === undefined ? idOf(vault, secret) : `${idOf(vault, secret)}/${version.version}`,
    ...properties,
    attributes: {
      ...attributes,
      recoveryLevel: vault.enablePurgeProtection ? "Recoverable" : "Recoverable+Purgeable",
      recoverableDays: vault.softDeleteRetentionInDays,
    },
  };
}

function deletedItem(vault: Vault, secret: Secret): object {
  const deletedAt = secret.deletedAt ?? new Date(0);
  return {
    recoveryId: `${vault.uri}deletedsecrets/${secret.name}`,
    deletedDate: seconds(deletedAt),
    scheduledPurgeDate: seconds(purgeTime(vault, deletedAt)),
    ...item(vault, secret),
  };
}

function idOf({ uri }: Vault, { name }: Secret): string {
  return `${uri}secrets/${name}`;
}
