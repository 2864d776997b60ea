import type { AzureSettings } from "../../../args/azureSettings";
import type { SlotName } from "../../../args/credentialFiles";
import type { KeyVaultSecret } from "../../../args/keyVault";
import type { SlotOnAzure } from "../../azure/api/responses";
import { AzureError } from "../../azure/http/errors";
import type { SecretVersion } from "../../keyVault/responses";
import { VaultSecret } from "../../keyVault/secret";
import type { HeldPassword, StoredPassword } from "../state";
import { describeForeign, isInSlot, isManaged, isOf, isOfToken, type Owner, tagsOf } from "./versionTags";

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

  /** The secret in the words of an error. */
  get description(): string {
    return this.secret.description;
  }

  /**
   * Reads the versions.
   *
   * @param isInherited whether another token of the same resource may have written them
   * @returns whether the secret is deleted and can be recovered
   * @throws Error if the secret is not one of this token
   */
  async look(isInherited: boolean): Promise<boolean> {
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
  async open(slotsOnAzure: () => Promise<readonly SlotOnAzure[]>, isInherited: boolean): Promise<void> {
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
    if (newest === undefined || this.newestSlot !== slot || this.isKnown(newest, known)) {
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
    const there = this.versions.find(
      (version) => version.isEnabled && this.isOurs(version) && isOf(version, password),
    );
    const isInPlace = there !== undefined && (!isCurrent || there === this.versions[0]);
    if (isInPlace && (await this.secret.read(there.id)) === (await value())) {
      return stored(password, there);
    }
    const version = await this.secret.write({
      value: await value(),
      contentType,
      tags: tagsOf(this.owner, loginServer, password),
      expiry: password.expiry === null ? undefined : new Date(password.expiry),
    });
    this.versions.unshift(version);
    return stored(password, version);
  }

  /** Disables the versions of this provider that hold none of these passwords. The newest version stays readable. */
  async retireAllBut(passwords: readonly StoredPassword[]): Promise<void> {
    for (const version of this.versions.slice(1)) {
      const isKept = passwords.some(({ versionId }) => versionId === version.id);
      if (version.isEnabled && isManaged(version) && !isKept) {
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
      if (!(cause instanceof AzureError)) {
        throw error;
      }
      if (cause.innerCode === "SecretDisabled") {
        await this.secret.setEnabled(versionId, true);
      } else if (cause.status === 404 && (await this.secret.deletedTags()) !== undefined) {
        await this.secret.recover();
      } else {
        throw error;
      }
      return this.secret.read(versionId);
    }
  }

  /**
   * The slots whose passwords nobody can get from the secret any more, because it was purged.
   *
   * @param slots the slots with passwords
   * @param slotsOnAzure reads the slots of the token
   */
  async purged(
    slots: readonly SlotName[],
    slotsOnAzure: () => Promise<readonly SlotOnAzure[]>,
  ): Promise<readonly SlotName[]> {
    this.versions = await this.secret.versions();
    if (this.versions.length === 0) {
      const tags = await this.secret.deletedTags();
      return tags !== undefined && this.isOurs({ tags }) ? [] : slots;
    }
    const ours = this.versions.filter((version) => this.isOurs(version));
    const onAzure = ours.length === 0 ? [] : await slotsOnAzure();
    return slots.filter(
      (name) => !ours.some((version) => version.tags.slot === name && isInSlot(version, onAzure)),
    );
  }

  /**
   * Why clients do not get the current password from the secret any more; undefined if they do.
   *
   * @param known the passwords of the state
   * @param slotsOnAzure the slots of the token
   */
  async whyUnavailable(
    { versionId }: StoredPassword,
    known: readonly StoredPassword[],
    slotsOnAzure: readonly SlotOnAzure[],
  ): Promise<string | undefined> {
    this.versions = await this.secret.versions();
    const { versions } = this;
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
      newest === current ||
      (newest.isEnabled &&
        this.isOurs(newest) &&
        !this.isKnown(newest, known) &&
        isInSlot(newest, slotsOnAzure));
    return works
      ? undefined
      : `a newer version of the secret was written outside of this state: ${newest.id}`;
  }

  /** Deletes the secret, which can be recovered. Leaves a secret alone that someone else wrote after a purge. */
  async forget(): Promise<void> {
    this.versions = await this.secret.versions();
    if (this.versions.some((version) => this.isOurs(version))) {
      await this.secret.delete();
    }
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

  private isOurs(version: Pick<SecretVersion, "tags">): boolean {
    return isOfToken(version, this.owner);
  }

  /**
   * Whether the state or an older version has the password that a version names. The provider writes a new password once, so a
   * second version of the same password is a copy by someone else, and may hold any value. The values are not compared: a
   * refresh reads none.
   */
  private isKnown(version: SecretVersion, known: readonly HeldPassword[]): boolean {
    const { slot, created } = version.tags;
    const isSame = ({ tags }: SecretVersion) => tags.slot === slot && tags.created === created;
    return (
      known.some((password) => isOf(version, password)) ||
      this.versions.some((other) => other !== version && isSame(other))
    );
  }

  private requireOurs(
    versions: readonly Pick<SecretVersion, "tags">[],
    isInherited: boolean,
    more: string,
  ): void {
    const isOurs = versions.some((version) => (isInherited ? isManaged(version) : this.isOurs(version)));
    if (!isOurs) {
      throw new Error(
        `${this.secret.description} ${describeForeign(versions)}, so it is left alone.${more} Choose another keyVault.secretName, or delete and purge the secret if nobody needs it`,
      );
    }
  }
}

function stored({ name, creationTime, expiry }: HeldPassword, { id }: SecretVersion): StoredPassword {
  return { name, creationTime, expiry, versionId: id };
}
