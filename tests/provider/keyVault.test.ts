/** The passwords of a token in Key Vault, from its create or adoption to its replacement or end, and never in the state. */
import { describe, expect, test } from "vitest";
import { nameOf, type TestEnvironment } from "../support/testEnvironment.js";
import { expectNoValue, newTokenFor, onVault, type TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

onVault((...started) => {
  [environment, vault] = started;
});

const newToken = (others?: object) => newTokenFor(environment, vault, others);
const slotsOf = async (tokenId: string) => (await environment.client.slots(tokenId)).map(({ name }) => name);

describe("a token with keyVault", () => {
  test("has one password, which is in the vault and not in the state", async () => {
    const { tokenId, username, credentials, secret, inVault, canLogIn } = await newToken({
      expirationInDays: 90,
    });

    await credentials.up(inVault);

    expect(await slotsOf(tokenId)).toEqual(["password1"]);
    const [version, ...others] = await vault.versions(secret);
    expect(others).toEqual([]);
    const value = await vault.value(secret);
    expect(await canLogIn(value)).toBe(true);
    const { loginServer } = environment.azure.connection.registries[0];
    const { outputs } = credentials.saved;
    expect(version?.attributes.exp).toBe(Math.floor(Date.parse(String(outputs.expiry)) / 1000));
    expect(outputs).toMatchObject({
      username,
      loginServer,
      current: "password1",
      passwordSecretId: `${vault.uri}secrets/${secret}`,
      passwordSecretVersionId: version?.id,
    });
    expect(outputs).not.toHaveProperty("password");
    expect(outputs).not.toHaveProperty("passwords");
    expectNoValue(credentials, value);

    const requests = await environment.requestsOf(async () => {
      expect((await credentials.up(inVault)).operation).toBe("same");
    });
    expect(requests, "an unchanged up asks nobody").toEqual([]);
  });

  test("is rotated by a new version in the other slot; the version before works, and is disabled by the next rotation", async () => {
    const { tokenId, credentials, secret, inVault, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);

    const step = await credentials.preview({ ...inVault, generation: "two" });
    expect(step.changed).toContain("slots.password2.madeOn");
    await credentials.up({ ...inVault, generation: "two" });

    const second = await vault.value(secret);
    expect(second).not.toBe(first);
    expect(await slotsOf(tokenId)).toEqual(["password1", "password2"]);
    expect([await canLogIn(first), await canLogIn(second)]).toEqual([true, true]);
    expect(await vault.enabled(secret)).toEqual([true, true]);

    const rotated = { ...inVault, generation: "three" };
    await credentials.up(rotated);

    const third = await vault.value(secret);
    expect([await canLogIn(first), await canLogIn(second), await canLogIn(third)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await vault.enabled(secret)).toEqual([false, true, true]);
    expect((await credentials.preview(rotated)).operation).toBe("same");
    await credentials.refresh();
    expect((await credentials.preview(rotated)).operation).toBe("same");
  });

  test("has its secret deleted by destroy, and recovered when it is made again", async () => {
    const { tokenId, credentials, secret, inVault, canLogIn } = await newToken();
    await credentials.up(inVault);

    await credentials.destroy();

    expect(await slotsOf(tokenId)).toEqual([]);
    expect(await vault.versions(secret)).toEqual([]);
    expect((await vault.send("GET", `deletedsecrets/${secret}`)).status).toBe(200);

    await credentials.up(inVault);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
    expect(await vault.enabled(secret)).toEqual([false, true]);
  });

  test("has a new password in the other slot after a replacement, and neither of those before", async () => {
    const { tokenId, credentials, secret, inVault, canLogIn } = await newToken();
    await credentials.up(inVault);
    const first = await vault.value(secret);
    const rotated = { ...inVault, generation: "two" };
    await credentials.up(rotated);
    const second = await vault.value(secret);

    await credentials.up(rotated, { replace: true });

    const third = await vault.value(secret);
    expect([await canLogIn(first), await canLogIn(second), await canLogIn(third)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await slotsOf(tokenId)).toHaveLength(1);
    expect(await vault.enabled(secret)).toEqual([false, false, true]);
  });

  test("that is replaced by another token leaves its secret to that one", async () => {
    const { credentials, plain, secret } = await newToken();
    const keyVault = { vaultUri: vault.uri, secretName: secret };
    await credentials.up({ ...plain, keyVault });
    const tokenId = await environment.newToken();
    await credentials.up({ ...plain, keyVault, tokenId });
    expect(await environment.canLogIn(nameOf(tokenId), await vault.value(secret))).toBe(true);
    expect(await vault.enabled(secret)).toEqual([false, true]);
  });
});

describe("an adopted token", () => {
  test("has the given password written to the vault, and no other one generated", async () => {
    const { tokenId, credentials, inVault, secret, canLogIn } = await newToken();
    const [{ value }] = await environment.client.generate(tokenId, "password2");
    const args = { ...inVault, adopt: { password2: value } };

    const { inputs } = await credentials.preview(args);
    expect(JSON.stringify(inputs)).not.toContain(value);
    await credentials.up(args);

    expectNoValue(credentials, value);
    expect(await vault.value(secret)).toBe(value);
    expect(credentials.exported.current).toBe("password2");
    expect(await slotsOf(tokenId)).toEqual(["password2"]);
    expect((await credentials.up(args)).operation).toBe("same");
    expect((await credentials.up(inVault)).operation).toBe("same");
    await credentials.refresh();
    expectNoValue(credentials, value);
    await credentials.up({ ...inVault, generation: "two" });
    expect(await canLogIn(value)).toBe(true);
    expect(await canLogIn(await vault.value(secret))).toBe(true);
  });

  test("is replaced with adopt in the program, and the error says that the password stayed, which it did, also after the next run", async () => {
    const { tokenId, credentials, inVault, secret, canLogIn } = await newToken();
    const [{ value }] = await environment.client.generate(tokenId, "password1");
    const args = { ...inVault, adopt: { password1: value } };
    await credentials.up(args);

    await expect(credentials.up(args, { replace: true })).rejects.toThrow(
      /was replaced, but password1 stayed the same, because the program still has the argument adopt/,
    );

    expect(await vault.value(secret)).toBe(value);
    expect(await canLogIn(value)).toBe(true);
    await expect(credentials.up(args)).resolves.toMatchObject({ operation: "same" });
  });
});
