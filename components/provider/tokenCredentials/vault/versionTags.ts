import type { SlotOnAzure } from "../../azure/api/responses";
import type { SecretVersion } from "../../keyVault/responses";
import type { HeldPassword } from "../state";

/** The token whose passwords a secret holds. */
export interface Owner {
  readonly registryName: string;
  readonly username: string;
}

type Tagged = Pick<SecretVersion, "tags">;

/** The tag by which a secret of this provider is recognized, beside the tags of its token. */
const managedBy = "pulumi-acr-token";

/** The tags of the version with a password. */
export function tagsOf(
  { registryName, username }: Owner,
  loginServer: string,
  { name, creationTime }: HeldPassword,
): SecretVersion["tags"] {
  return { managedBy, registry: registryName, loginServer, username, slot: name, created: creationTime };
}

/** Whether this provider wrote a version, for any token. */
export function isManaged({ tags }: Tagged): boolean {
  return tags.managedBy === managedBy;
}

/** Whether this provider wrote a version for this token. */
export function isOfToken(version: Tagged, { registryName, username }: Owner): boolean {
  const { registry, username: other } = version.tags;
  return isManaged(version) && registry?.toLowerCase() === registryName.toLowerCase() && other === username;
}

/** Whether a version has the tags of a password. */
export function isOf({ tags }: Tagged, { name, creationTime }: HeldPassword): boolean {
  return tags.slot === name && tags.created === creationTime;
}

/** Whether a slot on Azure still holds the password of a version. */
export function isInSlot(version: Tagged, slots: readonly SlotOnAzure[]): boolean {
  return slots.some(({ name, creationTime }) =>
    isOf(version, { name, creationTime: creationTime.toISOString(), expiry: null }),
  );
}

/** What a secret of someone else holds, as the end of a sentence. */
export function describeForeign([version]: readonly Tagged[]): string {
  return version !== undefined && isManaged(version)
    ? `holds the password of token ${version.tags.username} of registry ${version.tags.registry}`
    : "was not written by this provider, as its tags show";
}
