/** The secrets of a vault: the resource manager and the vault's data plane share them. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock.js";
import type { Secret, SecretContent, SecretVersion, Vault } from "../state.js";

/** The maximum size of a value in bytes. */
export const maxValueBytes = 25 * 1024;

/** The current version. */
export function currentVersion({ versions }: Secret): SecretVersion {
  return versions.at(-1) as SecretVersion;
}

/**
 * Adds a version to a secret, creating the secret if needed, unless the current version has equal content
 * (https://github.com/Azure/azure-resource-manager-schemas/issues/1494).
 */
export function putSecret(vault: Vault, clock: Clock, name: string, content: SecretContent): Secret {
  const secret = vault.secrets.get(name);
  const current = secret?.versions.at(-1);
  return secret !== undefined && current !== undefined && isDeepStrictEqual(contentOf(current), content)
    ? secret
    : addVersion(vault, clock, name, content);
}

/** Adds a version to a secret, creating the secret if needed. */
export function addVersion({ secrets }: Vault, clock: Clock, name: string, content: SecretContent): Secret {
  const secret = secrets.get(name) ?? { name, versions: [], deletedAt: undefined };
  secrets.add(secret);
  const now = seconds(clock.now());
  secret.versions.push({ ...content, version: randomBytes(16).toString("hex"), created: now, updated: now });
  return secret;
}

/** The properties of a version in Key Vault's JSON, without its value. */
export function describeVersion({
  enabled,
  notBefore,
  expires,
  created,
  updated,
  contentType,
  tags,
}: SecretVersion) {
  return { contentType, tags, attributes: { enabled, nbf: notBefore, exp: expires, created, updated } };
}

/** The content of a version. */
export function contentOf({
  version: _,
  created: __,
  updated: ___,
  ...content
}: SecretVersion): SecretContent {
  return content;
}

/** Deletes a secret so that it can be recovered. */
export function softDeleteSecret({ secrets, deletedSecrets }: Vault, clock: Clock, secret: Secret): void {
  secret.deletedAt = clock.now();
  secrets.delete(secret.name);
  deletedSecrets.add(secret);
}

export function recoverSecret({ secrets, deletedSecrets }: Vault, secret: Secret): void {
  secret.deletedAt = undefined;
  deletedSecrets.delete(secret.name);
  secrets.add(secret);
}

/** Whole seconds since 1970, as Key Vault writes times. */
export function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** When a deleted vault or secret is purged. */
export function purgeTime({ softDeleteRetentionInDays }: Vault, deletedAt: Date): Date {
  return new Date(deletedAt.getTime() + softDeleteRetentionInDays * 24 * 60 * 60 * 1000);
}
