import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { SlotName, TestEnvironment } from "../../support/testEnvironment.js";
import type { TestVault, VersionSeen } from "../../support/vault.js";
import { TokenWorld } from "./tokenWorld.js";

/** What the program says of the passwords. */
export type VaultArguments = {
  tokenId: string;
  generation: string;
  keyVault?: { vaultUri: string; secretName: string };
  rotateEveryDays?: number;
  expirationInDays?: number;
  overlapDays?: number;
  waitUntilLive?: boolean;
};

/** A password of the state, with its value, which is in the state or in the vault. */
export interface Held {
  readonly name: SlotName;
  readonly expiry: string | null;
  readonly value: string | undefined;
}

/** One token, one vault, and what clients of both may expect. */
export class VaultWorld extends TokenWorld {
  args: VaultArguments;
  /** Whether someone else has changed the vault or the token: not at all, since the last refresh, or before it. */
  meddled: "no" | "unseen" | "seen" = "no";
  /** The secrets that someone else wrote: as a further version, or again after a purge. */
  readonly foreign = new Map<string, "newest version" | "every version">();
  /** The versions that someone else enabled: their passwords may have ended. */
  readonly enabledByOthers = new Set<string>();
  /** The value of every version, by its address. */
  private readonly values = new Map<string, string>();
  /** Every password that was ever seen. */
  private readonly seen = new Set<string>();

  constructor(
    environment: TestEnvironment,
    readonly vault: TestVault,
    tokenId: string,
    seed: number,
  ) {
    super(environment, tokenId, seed);
    this.args = { tokenId, generation: "0", keyVault: this.secret("a") };
  }

  secret(suffix: string) {
    return { vaultUri: this.vault.uri, secretName: `${this.username}-${suffix}` };
  }

  /** The name of the secret that the state has; undefined if the passwords are in the state. */
  get secretName(): string | undefined {
    const { keyVault } = (this.credentials.state?.inputs ?? {}) as Partial<VaultArguments>;
    return keyVault?.secretName;
  }

  /** The passwords of the state. */
  held(): Held[] {
    const { stored, passwords } = this.credentials.exported as unknown as {
      stored?: readonly (Omit<Held, "value"> & { versionId: string })[];
      passwords?: readonly Held[];
    };
    return (
      stored?.map(({ name, expiry, versionId }) => ({ name, expiry, value: this.values.get(versionId) })) ?? [
        ...(passwords ?? []),
      ]
    );
  }

  current(): Held | undefined {
    const { current } = this.credentials.exported;
    return this.held().find(({ name }) => name === current);
  }

  /** The newest enabled version of the state's secret. */
  async newest(): Promise<VersionSeen | undefined> {
    const { secretName } = this;
    const versions = secretName === undefined ? [] : await this.vault.versions(secretName);
    return versions.filter(({ attributes }) => attributes.enabled).at(-1);
  }

  /** Deletes and purges a secret. */
  async purge(name: string): Promise<void> {
    await this.vault.purge(name);
    this.foreign.delete(name);
  }

  /** Reads the values of new versions, as a client does that watches the secrets. */
  async learn(): Promise<void> {
    for (const suffix of ["a", "b"]) {
      for (const { id, attributes } of await this.vault.versions(this.secret(suffix).secretName)) {
        if (attributes.enabled && !this.values.has(id)) {
          const value = await this.vault.valueOf(id);
          this.values.set(id, value);
          this.seen.add(value);
        }
      }
    }
  }

  /** Whether the newest enabled version logs in; also true if it has expired, or if there is none. */
  async newestLogsIn(): Promise<boolean> {
    const newest = await this.newest();
    if (
      newest === undefined ||
      (newest.attributes.exp ?? Infinity) * 1_000 <= this.environment.clock.now().getTime()
    ) {
      return true;
    }
    const { status, body } = await this.vault.send("GET", newest.id.slice(this.vault.uri.length));
    return status !== 200 || (await this.canLogIn(body.value));
  }

  /** Checks after every step that the promise holds. */
  async check(): Promise<void> {
    await this.learn();
    const { credentials, secretName } = this;
    if (credentials.state === undefined) {
      return;
    }
    for (const { value } of this.held()) {
      if (value !== undefined) {
        this.seen.add(value);
      }
    }
    if (secretName !== undefined) {
      const text = JSON.stringify([credentials.state, credentials.pendingDeletes]);
      for (const value of this.seen) {
        expect(text.includes(value), "a password is in the state").toBe(false);
      }
    }
    for (const password of this.held()) {
      if (!this.isDoubtful(password.name) && password.value !== undefined) {
        const works = this.isAlive(password);
        expect(
          await this.canLogIn(password.value),
          `${password.name} of the state ${works ? "works" : "has expired"}`,
        ).toBe(works);
      }
    }
    if (this.meddled === "no") {
      expect(await this.newestLogsIn(), "the newest enabled version logs in").toBe(true);
      this.count("newest works");
    }
    const { overlapDays } = credentials.saved.inputs as { overlapDays?: number };
    if (this.previous !== undefined && this.isPromised(overlapDays)) {
      const what = `${this.previous.name}, current until ${this.previous.since}, works with overlapDays ${overlapDays}`;
      expect(await this.canLogIn(this.previous.value), what).toBe(true);
      this.count(overlapDays === undefined ? "previous works" : "overlap held");
    }
  }

  /** The secrets' versions, to see that nothing has changed. */
  async versions(): Promise<unknown> {
    return Promise.all(["a", "b"].map((suffix) => this.vault.versions(this.secret(suffix).secretName)));
  }

  async isUnchanged(before: unknown): Promise<boolean> {
    return isDeepStrictEqual(before, await this.versions());
  }
}
