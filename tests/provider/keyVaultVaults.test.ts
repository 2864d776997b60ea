/** Other vaults: passwords that move to one, one with purge protection, and one whose host does not exist. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isFullSize } from "../support/size.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;
let other: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
  other = await TestVault.create(environment, { enablePurgeProtection: true }, "othervault");
});

afterEach(() => environment.azure.faults.clear());

afterAll(() => environment?.close());

async function newToken({ uri }: TestVault) {
  const tokenId = await environment.newToken();
  const username = nameOf(tokenId);
  const args = { tokenId, generation: "one", keyVault: { vaultUri: uri } };
  const canLogIn = (value: string | undefined) => environment.canLogIn(username, value);
  const credentials = environment.credentials(username);
  return { tokenId, username, credentials, args, secret: `${username}-password`, canLogIn };
}

const generated = (requests: readonly { url: string }[]) =>
  requests.filter(({ url }) => url.includes("generateCredentials"));

const enabledIn = async (where: TestVault, secret: string) =>
  (await where.versions(secret)).map(({ attributes }) => attributes.enabled);

describe("another vault", () => {
  test("gets both passwords, the current one last, and the secret of the vault before is deleted; no password changes", async () => {
    const { credentials, args, secret, canLogIn } = await newToken(vault);
    await credentials.up(args);
    const first = await vault.value(secret);
    const rotated = { ...args, generation: "two" };
    await credentials.up(rotated);
    const second = await vault.value(secret);
    const moved = { ...rotated, keyVault: { vaultUri: other.uri } };

    const step = await credentials.preview(moved);
    expect(step).toMatchObject({ operation: "update", changed: ["keyVault.vaultUri"] });
    const requests = await environment.requestsOf(() => credentials.up(moved));

    expect(generated(requests)).toEqual([]);
    const versions = await other.versions(secret);
    expect(await Promise.all(versions.map(({ id }) => other.valueOf(id)))).toEqual([first, second]);
    expect(await vault.versions(secret)).toEqual([]);
    expect(credentials.saved.outputs).toMatchObject({
      passwordSecretId: `${other.uri}secrets/${secret}`,
      passwordSecretVersionId: versions[1]?.id,
    });
    expect(JSON.stringify(credentials.saved)).not.toContain(second);
    for (const value of [first, second]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect((await credentials.preview(moved)).operation).toBe("same");
    await credentials.refresh();
    expect((await credentials.preview(moved)).operation).toBe("same");
  });

  test("that refuses the password leaves the vault before as it is, and the next run completes the move", async () => {
    const { credentials, args, secret, canLogIn } = await newToken(vault);
    await credentials.up(args);
    const value = await vault.value(secret);
    const moved = { ...args, keyVault: { vaultUri: other.uri } };
    environment.azure.faults.add({ kind: "answer", status: 400, host: "vault", method: "PUT" });

    await expect(credentials.up(moved)).rejects.toThrow(
      /could not write a version of secret .* InjectedFault/,
    );

    expect(await vault.value(secret)).toBe(value);
    expect(await enabledIn(vault, secret)).toEqual([true]);
    expect((await credentials.preview(args)).operation).toBe("same");
    await credentials.up(moved);
    expect(await other.value(secret)).toBe(value);
    expect(await canLogIn(value)).toBe(true);
  });
});

describe("a vault with purge protection", () => {
  test("keeps the deleted secret after a destroy, which is recovered when the token is created again", async () => {
    const { credentials, args, secret, canLogIn } = await newToken(other);
    await credentials.up(args);
    const first = await other.value(secret);

    await credentials.destroy();

    expect((await other.send("GET", `deletedsecrets/${secret}`)).status).toBe(200);
    expect((await other.send("DELETE", `deletedsecrets/${secret}`)).status).toBe(403);

    await credentials.up(args);

    const second = await other.value(secret);
    expect(second).not.toBe(first);
    expect([await canLogIn(first), await canLogIn(second)]).toEqual([false, true]);
    expect(await enabledIn(other, secret)).toEqual([false, true]);
    await credentials.up({ ...args, generation: "two" });
    expect(await enabledIn(other, secret)).toEqual([false, true, true]);
    await credentials.destroy();
  });

  test("takes a password back after it was moved out, as a version of the recovered secret", async () => {
    const { credentials, args, secret, canLogIn } = await newToken(other);
    const { keyVault: _, ...plain } = args;
    await credentials.up(args);
    const value = await other.value(secret);
    await credentials.up(plain);
    expect(credentials.exported.password).toBe(value);
    expect(await other.versions(secret)).toEqual([]);

    await credentials.up(args);

    expect(await other.value(secret)).toBe(value);
    expect(await canLogIn(value)).toBe(true);
    expect(JSON.stringify(credentials.saved)).not.toContain(value);
  });
});

// The provider looks for the host for a minute: the name of a new vault can take that long to be known.
test.skipIf(!isFullSize)(
  "a vault whose host does not exist is named in the preview, and no password is generated",
  async () => {
    const { tokenId, username } = await newToken(vault);
    // No name below .invalid exists: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
    environment.azure.faults.add({
      kind: "alter",
      path: /metadata\/endpoints/,
      times: Number.POSITIVE_INFINITY,
      body: (body) => body.replace(/"keyVaultDns":"[^"]*"/, '"keyVaultDns":"vault.invalid"'),
    });
    await environment.restart();
    const credentials = environment.credentials(username);
    const args = { tokenId, keyVault: { vaultUri: "https://mistyped.vault.invalid/" } };

    const requests = await environment.requestsOf(() =>
      expect(credentials.preview(args)).rejects.toThrow(
        /keyVault cannot be used: .* no vault answers at mistyped\.vault\.invalid \(getaddrinfo \w+ mistyped\.vault\.invalid\); check keyVault\.vaultUri, that the vault exists/,
      ),
    );

    expect(generated(requests)).toEqual([]);
  },
);
