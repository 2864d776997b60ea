/** Secrets of Key Vault in memory. A test mocks the module of `VaultSecret` with {@link fakeSecretModule}. */
import type { AzureSettings } from "../../../../components/args/azureSettings";
import { type KeyVaultSecret, secretIdOf } from "../../../../components/args/keyVault";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import { AzureError } from "../../../../components/provider/azure/http/errors";
import { describeError } from "../../../../components/provider/azure/http/errorText";
import type { SecretVersion } from "../../../../components/provider/keyVault/responses";
import type { NewVersion, VaultSecret } from "../../../../components/provider/keyVault/secret";

/** A version with its value, and with what a write sent beside it. */
export interface HeldVersion extends SecretVersion {
  readonly value: string;
  readonly contentType?: string;
  readonly expiry?: Date;
}

/** What a vault holds under one name, and the calls that it gets. */
export class HeldSecret {
  readonly calls: string[] = [];
  /** The identity that was given last. */
  access?: AzureSettings;
  /** If set, each read of a value fails with it. */
  readFailure?: Error;
  /** If set, each write fails with it. */
  writeFailure?: Error;

  /** @param versions the newest one first */
  constructor(
    readonly name: string,
    public versions: readonly HeldVersion[],
    public isDeleted = false,
  ) {}

  noteCall(call: string): void {
    this.calls.push(call);
    note(this.name === address.secretName ? call : `${call} of ${this.name}`);
  }

  /** The ids of the versions that clients can read, the newest one first. */
  get enabled(): string[] {
    return this.versions.filter(({ isEnabled }) => isEnabled).map(({ id }) => id);
  }
}

const secrets = new Map<string, HeldSecret>();
const log: string[] = [];

/** Deletes everything that the test before has left. */
export function emptyVaults(): void {
  secrets.clear();
  log.length = 0;
}

/** Puts versions into a vault, the newest one first. */
export function hold(
  address: KeyVaultSecret,
  versions: readonly HeldVersion[],
  isDeleted = false,
): HeldSecret {
  const held = new HeldSecret(address.secretName, versions, isDeleted);
  secrets.set(secretIdOf(address), held);
  return held;
}

/** Notes a call that something other than a secret gets, to see the order of all calls. */
export function note(call: string): void {
  log.push(call);
}

/** The calls that all secrets have got, and those of {@link note}, in their order. */
export function allCalls(): readonly string[] {
  return log;
}

/** The error of `VaultSecret` if the vault refuses a request. */
export function refusal(status: number, code: string, inner?: string): Error {
  const cause = new AzureError("Said so.", status, code, undefined, undefined, inner);
  return new Error(`could not read: ${describeError(cause, "the vault")}`, { cause });
}

class FakeSecret implements Pick<VaultSecret, keyof VaultSecret> {
  readonly description: string;
  private readonly held: HeldSecret;

  constructor(address: KeyVaultSecret, access: AzureSettings | undefined) {
    this.description = `secret ${address.secretName}`;
    this.held = secrets.get(secretIdOf(address)) ?? hold(address, []);
    this.held.access = access;
  }

  async versions(): Promise<SecretVersion[]> {
    this.held.noteCall("versions");
    const versions = this.held.isDeleted ? [] : this.held.versions;
    return versions.map(({ id, isEnabled, created, tags }) => ({ id, isEnabled, created, tags }));
  }

  async deletedTags(): Promise<SecretVersion["tags"] | undefined> {
    this.held.noteCall("deletedTags");
    return this.held.isDeleted ? this.held.versions[0]?.tags : undefined;
  }

  async recover(): Promise<void> {
    this.held.noteCall("recover");
    this.held.isDeleted = false;
  }

  async write(version: NewVersion): Promise<SecretVersion> {
    const created = this.held.versions.length;
    const id = `new${created}`;
    this.held.noteCall(`write ${id}`);
    if (this.held.writeFailure !== undefined) {
      throw this.held.writeFailure;
    }
    const written = { ...version, id, isEnabled: true, created };
    this.held.versions = [written, ...this.held.versions];
    return { id, isEnabled: true, created, tags: version.tags };
  }

  async read(id: string): Promise<string> {
    const { held } = this;
    held.noteCall(`read ${id}`);
    const version = held.versions.find((one) => one.id === id);
    if (held.readFailure !== undefined) {
      throw held.readFailure;
    }
    if (version === undefined || held.isDeleted) {
      throw refusal(404, "SecretNotFound");
    }
    if (!version.isEnabled) {
      throw refusal(403, "Forbidden", "SecretDisabled");
    }
    return version.value;
  }

  async setEnabled(id: string, isEnabled: boolean): Promise<void> {
    this.held.noteCall(`${isEnabled ? "enable" : "disable"} ${id}`);
    this.held.versions = this.held.versions.map((one) => (one.id === id ? { ...one, isEnabled } : one));
  }

  async delete(): Promise<void> {
    this.held.noteCall("delete");
    this.held.isDeleted = this.held.versions.length > 0;
  }
}

/** The module of `VaultSecret`, with the fake in its place. */
export const fakeSecretModule = { VaultSecret: FakeSecret };

/** The token of the tests. */
export const owner = { registryName: "myregistry", username: "mytoken" };
export const address = { vaultUri: "https://myvault.vault.azure.net/", secretName: "mysecret" };

/** A version that the provider has written, for the token of the tests unless another one is given. */
export function version(
  id: string,
  slot: SlotOnAzure["name"],
  created: string,
  { isEnabled = true, username = owner.username, value = `value of ${id}` } = {},
): HeldVersion {
  const tags = { managedBy: "pulumi-acr-token", registry: owner.registryName, username, slot, created };
  return { id, isEnabled, created: 0, tags, value };
}

/** A version that someone else has written. */
export function foreignVersion(id: string): HeldVersion {
  return { id, isEnabled: true, created: 0, tags: {}, value: `value of ${id}` };
}

/** A slot of a token on Azure. */
export function slot(name: SlotOnAzure["name"], created: string, expiry?: string): SlotOnAzure {
  return { name, creationTime: new Date(created), ...(expiry !== undefined && { expiry: new Date(expiry) }) };
}
