import type { AzureSettings } from "../../../args/azureSettings";
import type { SlotName } from "../../../args/credentialFiles";
import type { KeyVaultSecret } from "../../../args/keyVault";
import type { SlotOnAzure } from "../../azure/api/responses";
import { VaultResponseError } from "../../keyVault/errors";
import type { SecretVersion } from "../../keyVault/responses";
import { VaultSecret } from "../../keyVault/secret";
import type { HeldPassword, StoredPassword } from "../state";

/** The token whose passwords a secret holds. */
export interface Owner {
  readonly registryName: string;
  readonly username: string;
}

/** The tag by which a secret of this provider is recognized, beside the tags of its token. */
const managedBy = "pulumi-acr-token";

const contentType = "Azure Container Registry token password";

/** The secret of Key Vault that holds the passwords of one token. Each password is a version, the current one the newest. */
export class PasswordVault {
  private readonly secret: VaultSecret;
  /** The newest one first, as of {@link open}. */
  private versions: SecretVersion[] = [];

  constructor(
    address: KeyVaultSecret,
    private readonly owner: Owner,
    access: AzureSettings | undefined,
    signal: AbortSignal,
  ) {
    this.secret = new VaultSecret(address, access, signal);
  }

  /**
   * Reads the versions.
   *
   * @param isInherited whether another token of the same resource may have written them
   * @returns whether the secret is deleted and can be recovered
   * @throws Error if the secret is not one of this token
   */
  async look(isInherited = false): Promise<boolean> {
    this.versions = await this.secret.versions();
    if (this.versions.length > 0) {
      this.requireOurs(this.versions, isInherited, "");
      return false;
    }
    const tags = await this.secret.deletedTags();
    if (tags !== undefined) {
      this.requireOurs([{ tags }], isInherited, " It is deleted, and its name is taken until it is purged.");
    }
    return tags !== undefined;
  }

  /**
   * Makes the secret ready for new versions: recovers it if it is deleted, and disables the versions with passwords that do
   * not work any more.
   *
   * @param slotsOnAzure reads the slots of the token
   * @throws Error if the secret is not one of this token
   */
  async open(slotsOnAzure: () => Promise<readonly SlotOnAzure[]>, isInherited = false): Promise<void> {
    const isDeleted = await this.look(isInherited);
    if (!isDeleted) {
      return;
    }
    await this.secret.recover();
    this.versions = await this.secret.versions();
    const slots = await slotsOnAzure();
    for (const version of this.versions) {
      if (version.isEnabled && !isInSlot(version, slots)) {
        await this.disable(version);
      }
    }
  }

  /** The slot of the newest version, if it is enabled and one of this token. */
  get newestSlot(): SlotName | undefined {
    const [newest] = this.versions;
    return newest?.isEnabled && this.isOurs(newest) ? (newest.tags.slot as SlotName) : undefined;
  }

  /**
   * The newest version, if an interrupted run has written it: it holds a password of this slot that the state does not know,
   * and that still is in the slot.
   *
   * @param known the passwords of the state
   * @param slotsOnAzure reads the slots of the token
   */
  async interrupted(
    slot: SlotName,
    known: readonly HeldPassword[],
    slotsOnAzure: () => Promise<readonly SlotOnAzure[]>,
  ): Promise<StoredPassword | undefined> {
    const [newest] = this.versions;
    if (
      newest === undefined ||
      this.newestSlot !== slot ||
      known.some(({ versionId }) => versionId === newest.id)
    ) {
      return undefined;
    }
    const found = (await slotsOnAzure()).find(
      (one) => one.name === slot && one.creationTime.toISOString() === newest.tags.created,
    );
    return (
      found &&
      stored(
        { ...found, creationTime: newest.tags.created ?? "", expiry: found.expiry?.toISOString() ?? null },
        newest,
      )
    );
  }

  /**
   * Writes a password as a new version, unless it is there already.
   *
   * @param value reads the password's value
   * @param isCurrent whether the version has to be the newest one
   */
  async store(
    password: HeldPassword,
    loginServer: string,
    value: () => Promise<string>,
    isCurrent: boolean,
  ): Promise<StoredPassword> {
    const { name, creationTime, expiry } = password;
    const there = this.versions.find(
      (version) =>
        version.isEnabled &&
        this.isOurs(version) &&
        version.tags.slot === name &&
        version.tags.created === creationTime,
    );
    if (there !== undefined && (!isCurrent || there === this.versions[0])) {
      return stored(password, there);
    }
    const { registryName, username } = this.owner;
    const version = await this.secret.write({
      value: await value(),
      contentType,
      tags: { managedBy, registry: registryName, loginServer, username, slot: name, created: creationTime },
      expiry: expiry === null ? undefined : new Date(expiry),
    });
    this.versions.unshift(version);
    return stored(password, version);
  }

  /** Disables the versions of this provider that hold none of these passwords. The newest version stays readable. */
  async retireAllBut(passwords: readonly StoredPassword[]): Promise<void> {
    for (const version of this.versions.slice(1)) {
      const isKept = passwords.some(({ versionId }) => versionId === version.id);
      if (version.isEnabled && version.tags.managedBy === managedBy && !isKept) {
        await this.disable(version);
      }
    }
  }

  /**
   * The value of a password, to take it out of the secret. A previous attempt may have deleted the secret already: then it is
   * recovered.
   */
  async value({ versionId }: StoredPassword): Promise<string> {
    try {
      return await this.secret.read(versionId);
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof VaultResponseError)) {
        throw error;
      }
      if (cause.innerCode === "SecretDisabled") {
        await this.secret.setEnabled(versionId, true);
      } else if (cause.statusCode === 404 && (await this.secret.deletedTags()) !== undefined) {
        await this.secret.recover();
      } else {
        throw error;
      }
      return this.secret.read(versionId);
    }
  }

  /**
   * Why clients do not get the current password from the secret any more; undefined if they do.
   *
   * @param slotsOnAzure the slots of the token
   */
  async whyUnavailable(
    { versionId }: StoredPassword,
    slotsOnAzure: readonly SlotOnAzure[],
  ): Promise<string | undefined> {
    const versions = await this.secret.versions();
    const [newest] = versions;
    const current = versions.find(({ id }) => id === versionId);
    if (newest === undefined) {
      return "the secret was deleted outside of this state";
    }
    if (current === undefined) {
      return "the secret was replaced outside of this state";
    }
    if (!current.isEnabled) {
      return "its version of the secret was disabled outside of this state";
    }
    // An interrupted run may have written a newer password, which works.
    const works =
      newest === current || (newest.isEnabled && this.isOurs(newest) && isInSlot(newest, slotsOnAzure));
    return works
      ? undefined
      : `a newer version of the secret was written outside of this state: ${newest.id}`;
  }

  /** Deletes the secret, which can be recovered. */
  async forget(): Promise<void> {
    await this.secret.delete();
  }

  /** Disables the versions with these passwords. */
  async retire(passwords: readonly StoredPassword[]): Promise<void> {
    this.versions = await this.secret.versions();
    for (const version of this.versions) {
      if (version.isEnabled && passwords.some(({ versionId }) => versionId === version.id)) {
        await this.disable(version);
      }
    }
  }

  private async disable(version: SecretVersion): Promise<void> {
    await this.secret.setEnabled(version.id, false);
    this.versions = this.versions.map((one) => (one === version ? { ...one, isEnabled: false } : one));
  }

  private isOurs({ tags }: Pick<SecretVersion, "tags">): boolean {
    const { registryName, username } = this.owner;
    return (
      tags.managedBy === managedBy &&
      tags.registry?.toLowerCase() === registryName.toLowerCase() &&
      tags.username === username
    );
  }

  private requireOurs(
    versions: readonly Pick<SecretVersion, "tags">[],
    isInherited: boolean,
    more: string,
  ): void {
    const isOurs = versions.some((version) =>
      isInherited ? version.tags.managedBy === managedBy : this.isOurs(version),
    );
    if (!isOurs) {
      const [tags = {}] = versions.map((version) => version.tags);
      const whose =
        tags.managedBy === managedBy
          ? `holds the password of token ${tags.username} of registry ${tags.registry}`
          : "was not written by this provider, as its tags show";
      throw new Error(
        `${this.secret.description} ${whose}, so it is left alone.${more} Choose another keyVault.secretName, or delete and purge the secret if nobody needs it`,
      );
    }
  }
}

function stored({ name, creationTime, expiry }: HeldPassword, { id }: SecretVersion): StoredPassword {
  return { name, creationTime, expiry, versionId: id };
}

/** Whether a slot on Azure still holds the password of a version. */
function isInSlot({ tags }: SecretVersion, slots: readonly SlotOnAzure[]): boolean {
  return slots.some(
    ({ name, creationTime }) => name === tags.slot && creationTime.toISOString() === tags.created,
  );
}
