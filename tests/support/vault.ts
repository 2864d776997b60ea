import { afterAll, beforeAll, expect } from "vitest";
import { arm } from "../../packages/local-azure/tests/support.js";
import { makeVault, type VaultSender, vaultSender } from "../../packages/local-azure/tests/vaultSupport.js";
import { type CredentialsResource, nameOf, TestEnvironment } from "./testEnvironment.js";

/** A version of a secret, without its value. */
export interface VersionSeen {
  readonly id: string;
  readonly attributes: { readonly enabled: boolean; readonly exp?: number; readonly created: number };
  readonly tags: Record<string, string>;
  readonly contentType?: string;
}

/** A vault of a local Azure, as a client of its data plane sees it. */
export class TestVault {
  private constructor(
    readonly uri: string,
    readonly send: VaultSender,
  ) {}

  /** @param properties of the vault. Default: it uses Azure RBAC, and everybody reaches it */
  static async create({ azure }: TestEnvironment, properties?: object, name?: string): Promise<TestVault> {
    const uri = await makeVault(azure, await arm(azure), properties, name);
    return new TestVault(uri, await vaultSender(azure, uri));
  }

  /** The versions of a secret, the oldest one first. */
  async versions(secret: string): Promise<VersionSeen[]> {
    const { status, body } = await this.send("GET", `secrets/${secret}/versions`);
    return status === 404 ? [] : body.value;
  }

  /** The value that a client reads which names no version; undefined if it gets none. */
  async value(secret: string): Promise<string | undefined> {
    return (await this.send("GET", `secrets/${secret}`)).body.value;
  }

  /** The value of a version. */
  async valueOf(id: string): Promise<string> {
    const { status, body } = await this.send("GET", id.slice(this.uri.length));
    expect(status).toBe(200);
    return body.value;
  }

  /** The values of all versions, the oldest one first. */
  async values(secret: string): Promise<string[]> {
    return Promise.all((await this.versions(secret)).map(({ id }) => this.valueOf(id)));
  }

  /** Whether each version is enabled, the oldest one first. */
  async enabled(secret: string): Promise<boolean[]> {
    return (await this.versions(secret)).map(({ attributes }) => attributes.enabled);
  }

  /** Writes a version, as someone else does. */
  async write(secret: string, value: string, tags?: Record<string, string>): Promise<void> {
    expect((await this.send("PUT", `secrets/${secret}`, { value, tags })).status).toBe(200);
  }

  async setEnabled(id: string, enabled: boolean): Promise<void> {
    await this.send("PATCH", id.slice(this.uri.length), { attributes: { enabled } });
  }

  /** The newest enabled version's value: what the promise is about. Undefined if there is none, or if it goes meanwhile. */
  async newestEnabled(secret: string): Promise<string | undefined> {
    const newest = (await this.versions(secret)).filter(({ attributes }) => attributes.enabled).at(-1);
    return newest && (await this.send("GET", newest.id.slice(this.uri.length))).body.value;
  }
  /** Deletes a secret for good. */
  async purge(secret: string): Promise<void> {
    await this.send("DELETE", `secrets/${secret}`);
    await this.send("DELETE", `deletedsecrets/${secret}`);
  }
}

/**
 * Gives the tests of a file a local Azure with a vault.
 *
 * @param begin gets both before the tests
 */
export function onVault(
  begin: (environment: TestEnvironment, vault: TestVault) => void | Promise<void>,
): void {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await TestEnvironment.start();
    await begin(environment, await TestVault.create(environment));
  });
  afterAll(() => environment?.close());
}

/** A token, its TokenCredentials, and the secret that holds its passwords. */
export type TokenInVault = Awaited<ReturnType<typeof newTokenFor>>;

/**
 * A new token, with the arguments of its TokenCredentials without keyVault (`plain`) and with it (`inVault`).
 *
 * @param others more of both arguments
 */
export async function newTokenFor(environment: TestEnvironment, vault: TestVault, others: object = {}) {
  const tokenId = await environment.newToken();
  const username = nameOf(tokenId);
  const plain = { tokenId, generation: "one", ...others };
  return {
    tokenId,
    username,
    credentials: environment.credentials(username),
    plain,
    inVault: { keyVault: { vaultUri: vault.uri }, ...plain },
    /** The secret's name. */
    secret: `${username}-password`,
    canLogIn: (value: string | undefined) => environment.canLogIn(username, value),
  };
}

/** The state has none of these values, in plain or in a secret. */
export function expectNoValue({ saved }: CredentialsResource, ...values: (string | undefined)[]): void {
  for (const value of values) {
    expect(value).toBeDefined();
    expect(JSON.stringify(saved)).not.toContain(value);
  }
}
