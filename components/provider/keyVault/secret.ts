import { setTimeout as delay } from "node:timers/promises";
import type { AzureSettings } from "../../args/azureSettings";
import { type KeyVaultSecret, secretIdOf } from "../../args/keyVault";
import { describeCredential, signInAdvice } from "../azure/auth/credential";
import { resolveSettings } from "../azure/auth/settings";
import { AzureError, isLostConnection, isSignInError } from "../azure/http/errors";
import { commonAdvice, describeError } from "../azure/http/errorText";
import { reportProgress } from "../azure/http/progress";
import { defaultLimits, RetryBudget } from "../azure/http/retryBudget";
import type { VaultRequest } from "./client";
import { adviceFor } from "./errors";
import { type Page, readValue, readVersion, readVersions, type SecretVersion } from "./responses";

/** What a new version of a secret holds. */
export interface NewVersion {
  readonly value: string;
  readonly contentType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When it expires; undefined: never. */
  readonly expiry: Date | undefined;
}

/** How long a call may take. A vault is asked in previews too, so it is less than for a password. */
const callLimits = { ...defaultLimits, timeoutMs: 60_000 };

/** How long to wait before the next look at a secret that is being recovered. */
const recoveryPollMs = 1_000;

/** One secret of Azure Key Vault. No error and no progress message shows a value. */
export class VaultSecret {
  /** The vault's host, for messages. */
  private readonly host: string;

  /**
   * @param address the secret, in its normal form
   * @param access the identity to use; what is missing in it comes from the environment
   * @param signal ends every wait
   */
  constructor(
    private readonly address: KeyVaultSecret,
    private readonly access: AzureSettings | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.host = new URL(address.vaultUri).host;
  }

  /** The secret in the words of an error: `secret mysecret of the vault myvault.vault.azure.net`. */
  get description(): string {
    return `secret ${this.address.secretName} of the vault ${this.host}`;
  }

  /** All versions without their values, the newest one first; none if there is no such secret. */
  async versions(): Promise<SecretVersion[]> {
    return this.call("list the versions of", async (send) => {
      const versions: SecretVersion[] = [];
      let path: string | undefined = `${this.path}/versions?maxresults=25`;
      while (path !== undefined) {
        const page: Page | undefined = await unlessMissing(send({ method: "GET", path }).then(readVersions));
        versions.push(...(page?.found ?? []));
        path = page?.next;
      }
      versions.sort((one, other) => other.created - one.created);
      const [first, second] = versions;
      if (first === undefined || second?.created !== first.created) {
        return versions;
      }
      // Key Vault counts in seconds, and clients read the version that it holds for the newest.
      const newest = await newestId(send, this.path);
      return versions.sort((one, other) => Number(other.id === newest) - Number(one.id === newest));
    });
  }

  /** The tags of the deleted secret of this name, which can be recovered; undefined if there is none. */
  deletedTags(): Promise<SecretVersion["tags"] | undefined> {
    return this.call("look for a deleted", (send) =>
      unlessMissing(send({ method: "GET", path: this.deletedPath }).then((body) => readVersion(body).tags)),
    );
  }

  /** Recovers the deleted secret with all its versions, and waits until it is there. */
  recover(): Promise<void> {
    return this.call("recover the deleted", async (send, signal) => {
      // The vault can have recovered it already, if the response was lost.
      await unlessMissing(send({ method: "POST", path: `${this.deletedPath}/recover` }));
      const look = () => send({ method: "GET", path: `${this.path}/versions` }).then(readVersions);
      while ((await unlessMissing(look())) === undefined) {
        await delay(recoveryPollMs, undefined, { signal });
      }
    });
  }

  /** Writes a new version, which is the newest one from then on. */
  write({ value, contentType, tags, expiry }: NewVersion): Promise<SecretVersion> {
    const attributes = {
      enabled: true,
      ...(expiry !== undefined && { exp: Math.floor(expiry.getTime() / 1000) }),
    };
    const body = { value, contentType, tags, attributes };
    return this.call("write a version of", async (send) =>
      readVersion(await send({ method: "PUT", path: this.path, body })),
    );
  }

  /** The value of a version. */
  read(id: string): Promise<string> {
    return this.call("read a version of", async (send) => readValue(await send({ method: "GET", path: id })));
  }

  /** Enables or disables a version: nobody can read a disabled version. */
  async setEnabled(id: string, enabled: boolean): Promise<void> {
    const doing = `${enabled ? "enable" : "disable"} a version of`;
    await this.call(doing, (send) => send({ method: "PATCH", path: id, body: { attributes: { enabled } } }));
  }

  /** Deletes the secret, which can be recovered. Nothing happens if there is no such secret. */
  async delete(): Promise<void> {
    await this.call("delete", (send) => unlessMissing(send({ method: "DELETE", path: this.path })));
  }

  private get path(): string {
    return secretIdOf({ ...this.address, vaultUri: "" });
  }

  private get deletedPath(): string {
    return `deleted${this.path}`;
  }

  private async call<T>(
    doing: string,
    work: (send: (request: VaultRequest) => Promise<unknown>, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const settings = resolveSettings(this.access);
    try {
      const budget = new RetryBudget(this.signal, callLimits);
      return await reportProgress(
        (seconds) => budget.retryMessage ?? `waiting for Key Vault to ${doing} the secret (${seconds} s)`,
        () =>
          budget.run(async () => {
            // A program without keyVault does not load the client.
            const { vaultClient } = await import("./client.js");
            const client = await vaultClient(settings, this.address.vaultUri, this.signal);
            return work((request) => client(request, budget), budget.signal);
          }),
      );
    } catch (error) {
      if (this.signal.aborted) {
        throw new Error(`cancelled while waiting to ${doing} ${this.description}`);
      }
      throw new Error(`could not ${doing} ${this.description}: ${this.reasonOf(error)}`, { cause: error });
    }
  }

  private reasonOf(error: unknown): string {
    if (isSignInError(error)) {
      return `no sign-in to Azure: ${error.message} (${describeCredential(this.access)}); ${signInAdvice(resolveSettings(this.access))}`;
    }
    if (isLostConnection(error)) {
      return `no vault answers at ${this.host} (${(error as Error).message}); check keyVault.vaultUri, that the vault exists, and the connection to it`;
    }
    const advice = error instanceof AzureError ? adviceFor(error, this.host) : commonAdvice(error);
    return [describeError(error, "the vault"), advice].filter(Boolean).join("; ");
  }
}

/** The response; undefined if there is no such secret. A missing vault is still an error. */
async function unlessMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof AzureError && error.code === "SecretNotFound") {
      return undefined;
    }
    throw error;
  }
}

/** The id of the version that clients get if they name none; undefined if that version is disabled. */
async function newestId(
  send: (request: VaultRequest) => Promise<unknown>,
  path: string,
): Promise<string | undefined> {
  try {
    return readVersion(await send({ method: "GET", path })).id;
  } catch (error) {
    if (error instanceof AzureError && error.innerCode === "SecretDisabled") {
      return undefined;
    }
    throw error;
  }
}
