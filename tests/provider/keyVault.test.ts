/** The passwords of a token in Key Vault: made, rotated, ended and deleted, and never in the state. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CredentialsResource, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { newTokenFor } from "../support/vaultToken.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

/** A token with its arguments. */
async function newToken(others?: object) {
  const { inVault: args, ...token } = await newTokenFor(environment, vault, others);
  return {
    ...token,
    args,
    rotate: (generation: string) => token.credentials.up({ ...args, generation }),
  };
}

const slotsOf = async (tokenId: string) => (await environment.client.slots(tokenId)).map(({ name }) => name);
const outputsOf = ({ saved }: CredentialsResource) => saved.outputs as Record<string, never>;

describe("a token with keyVault", () => {
  test("has one password, which is in the vault and not in the state", async () => {
    const { tokenId, username, credentials, secret, args, canLogIn } = await newToken({
      expirationInDays: 90,
    });

    await credentials.up(args);

    expect(await slotsOf(tokenId)).toEqual(["password1"]);
    const [version, ...others] = await vault.versions(secret);
    expect(others).toEqual([]);
    const value = await vault.value(secret);
    expect(await canLogIn(value)).toBe(true);
    const { loginServer, name: registry } = environment.azure.connection.registries[0];
    const [{ creationTime }] = await environment.client.slots(tokenId);
    expect(version).toMatchObject({
      contentType: "Azure Container Registry token password",
      tags: {
        managedBy: "pulumi-acr-token",
        registry,
        loginServer,
        username,
        slot: "password1",
        created: new Date(creationTime).toISOString(),
      },
    });
    const outputs = outputsOf(credentials);
    expect(version?.attributes.exp).toBe(Math.floor(Date.parse(outputs.expiry) / 1000));
    expect(outputs).toMatchObject({
      username,
      loginServer,
      current: "password1",
      passwordSecretId: `${vault.uri}secrets/${secret}`,
      passwordSecretVersionId: version?.id,
    });
    expect(outputs).not.toHaveProperty("password");
    expect(outputs).not.toHaveProperty("passwords");
    expect(JSON.stringify(credentials.saved)).not.toContain(value);

    const requests = await environment.requestsOf(async () => {
      expect((await credentials.up(args)).operation).toBe("same");
    });
    expect(requests, "an unchanged up asks nobody").toEqual([]);
  });

  test("is rotated by a new version in the other slot; the version before works, and is disabled by the next rotation", async () => {
    const { tokenId, credentials, secret, args, canLogIn, rotate } = await newToken();
    await credentials.up(args);
    const first = await vault.value(secret);

    const step = await credentials.preview({ ...args, generation: "two" });
    expect(step.changed).toContain("slots.password2.madeOn");
    await rotate("two");

    const second = await vault.value(secret);
    expect(second).not.toBe(first);
    expect(await slotsOf(tokenId)).toEqual(["password1", "password2"]);
    for (const value of [first, second]) {
      expect(await canLogIn(value)).toBe(true);
    }
    const enabled = async () => (await vault.versions(secret)).map(({ attributes }) => attributes.enabled);
    expect(await enabled()).toEqual([true, true]);

    await rotate("three");

    const third = await vault.value(secret);
    expect(await canLogIn(first)).toBe(false);
    for (const value of [second, third]) {
      expect(await canLogIn(value)).toBe(true);
    }
    expect(await enabled()).toEqual([false, true, true]);
    expect((await credentials.preview({ ...args, generation: "three" })).operation).toBe("same");
    await credentials.refresh();
    expect((await credentials.preview({ ...args, generation: "three" })).operation).toBe("same");
  });

  test("has its previous password cleared and its version disabled at the overlap's end", async () => {
    const { tokenId, credentials, secret, args, canLogIn } = await newToken({ overlapDays: 1 });
    await credentials.up(args);
    const first = await vault.value(secret);
    await credentials.up({ ...args, generation: "two" });
    const second = await vault.value(secret);
    environment.clock.advance(2);

    await credentials.up({ ...args, generation: "two" });

    expect(await canLogIn(first)).toBe(false);
    expect(await canLogIn(second)).toBe(true);
    expect(await slotsOf(tokenId)).toEqual(["password2"]);
    expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
    expect((await credentials.preview({ ...args, generation: "two" })).operation).toBe("same");
  });

  test("takes one write more than without keyVault, to create and to rotate, and an unchanged up or preview none", async () => {
    const requests = async (work: () => Promise<unknown>) =>
      (await environment.requestsOf(work)).filter(({ host }) => host !== "authority");
    const writes = async (work: () => Promise<unknown>) =>
      (await requests(work))
        .filter(({ method }) => method !== "GET")
        .map(({ host, method }) => `${host} ${method}`);
    const plain = await newToken({ keyVault: undefined });
    const { credentials, args, rotate } = await newToken();
    const oneMore = async (
      work: (one: Pick<typeof plain, "credentials" | "args" | "rotate">) => Promise<unknown>,
    ) => {
      const before = await writes(() => work(plain));
      expect(await writes(() => work({ credentials, args, rotate }))).toEqual([...before, "vault PUT"]);
    };

    await oneMore((one) => one.credentials.up(one.args));
    await oneMore((one) => one.rotate("two"));

    const rotated = { ...args, generation: "two" };
    expect(await requests(() => credentials.preview(rotated))).toEqual([]);
    expect(await requests(() => credentials.up(rotated))).toEqual([]);
    // The version of a password that ends is disabled.
    expect(await writes(() => rotate("three"))).toEqual(["vault PATCH", "resourceManager POST", "vault PUT"]);
  });

  test("has its secret deleted by destroy, and recovered when it is made again", async () => {
    const { tokenId, credentials, secret, args, canLogIn } = await newToken();
    await credentials.up(args);

    await credentials.destroy();

    expect(await slotsOf(tokenId)).toEqual([]);
    expect(await vault.versions(secret)).toEqual([]);
    expect((await vault.send("GET", `deletedsecrets/${secret}`)).status).toBe(200);

    await credentials.up(args);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
    expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([false, true]);
  });

  test("has a new password in the other slot after a replacement, and neither of those before", async () => {
    const { tokenId, credentials, secret, args, canLogIn, rotate } = await newToken();
    await credentials.up(args);
    const first = await vault.value(secret);
    await rotate("two");
    const second = await vault.value(secret);

    await credentials.up({ ...args, generation: "two" }, { replace: true });

    const third = await vault.value(secret);
    expect([await canLogIn(first), await canLogIn(second), await canLogIn(third)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await slotsOf(tokenId)).toHaveLength(1);
    expect((await vault.versions(secret)).map(({ attributes }) => attributes.enabled)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
