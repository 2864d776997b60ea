/** What becomes of passwords that move: into Key Vault, out of it, and to another secret. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { address, allCalls, hold, refusal, version } from "./fakeSecret";
import {
  again,
  earlier,
  empty,
  held,
  inputs,
  made,
  saved,
  server,
  storedAs,
  VaultWithToken,
  versionsIn,
} from "./vaultWithToken";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

let token: VaultWithToken;

beforeEach(() => {
  token = new VaultWithToken();
});

const writesToToken = () => allCalls().filter((call) => /^(generate|clear)/.test(call));

describe("keyVault that is given later", () => {
  const before = inputs("password1", made, made, { keyVault: undefined });
  const values = [
    { ...held("password1"), value: "one" },
    { ...held("password2"), value: "two" },
  ];

  test("moves the passwords, the current one last, after the wait that a create did not end", async () => {
    const secret = hold(address, []);
    const last = saved({ passwords: values, password: "one", awaited: true, loginServer: "old" });
    const outputs = await token.update(before, last, { ...before, keyVault: address });
    expect(versionsIn(secret)).toEqual(["password1 (one)", "password2 (two)"]);
    expect(allCalls()[0]).toBe(`wait for one at ${server}`);
    expect(writesToToken()).toEqual([]);
    expect(outputs).toMatchObject({ stored: [{ name: "password1" }, { name: "password2" }] });
    expect(outputs).not.toHaveProperty("passwords");
  });

  test("together with a rotation writes the password that stays first, and then the new one", async () => {
    const secret = hold(address, []);
    const last = saved({ passwords: values, password: "one" });
    const wanted = inputs("password2", { ...made, previousSince: "2026-01-10" }, again);
    await token.update(before, last, wanted);
    expect(versionsIn(secret)).toEqual(["password2 (new password2)", "password1 (one)"]);
    expect(writesToToken()).toEqual(["generate password2"]);
  });

  test("recovers the secret of an earlier move, without a version that can be read and does not work", async () => {
    const versions = [version("b", "password2", earlier), version("a", "password1", earlier)];
    const secret = hold(address, versions, true);
    const last = saved({ passwords: values, password: "one" });
    await token.update(before, last, { ...before, keyVault: address });
    expect(versionsIn(secret).filter((one) => !one.includes("disabled"))).toEqual([
      "password1 (one)",
      "password2 (two)",
    ]);
  });

  test("writes the current password again if a newer version of a move that failed is above it", async () => {
    const secret = hold(address, [version("b", "password2", earlier), version("a", "password1", earlier)]);
    const last = saved({ passwords: [{ ...held("password1"), value: "value of a" }] });
    await token.update({ ...before, slots: { password1: made, password2: empty } }, last, {
      ...before,
      keyVault: address,
      slots: { password1: made, password2: empty },
    });
    expect(versionsIn(secret)).toEqual([
      "password1 (value of a)",
      "password2 disabled (value of b)",
      "password1 disabled (value of a)",
    ]);
  });

  test("goes on where a run stopped, without a version twice", async () => {
    const secret = hold(address, []);
    const last = saved({ passwords: values, password: "one" });
    const wanted = { ...before, keyVault: address };
    await token.update(before, last, wanted);
    secret.versions = secret.versions.slice(1);
    const outputs = await token.update(before, last, wanted);
    expect(versionsIn(secret)).toEqual(["password1 (one)", "password2 (two)"]);
    expect(outputs.stored).toMatchObject([{ versionId: "new1" }, { versionId: "new0" }]);
  });
});

describe("keyVault that is taken out", () => {
  const before = inputs("password1", made, made);
  const last = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b")] });
  const versions = [version("a", "password1", earlier), version("b", "password2", earlier)];
  const out = { ...before, keyVault: undefined };

  test.each([
    ["reads the passwords into the state and deletes the secret", false],
    ["reads the passwords also after a run that failed once the secret was deleted", true],
  ])("%s", async (_what, isDeleted) => {
    const secret = hold(address, versions, isDeleted);
    const outputs = await token.update(before, last, out);
    expect(outputs).toMatchObject({
      password: "value of a",
      passwords: [
        { ...held("password1"), value: "value of a" },
        { ...held("password2"), value: "value of b" },
      ],
    });
    expect(outputs).not.toHaveProperty("stored");
    expect(JSON.stringify(outputs)).not.toContain("versionId");
    expect(secret.calls.at(-1)).toBe("delete");
    expect(secret.isDeleted).toBe(true);
    expect(writesToToken()).toEqual([]);
  });

  test("asks the vault with the identity of this run, since the one in the state can have lost its access", async () => {
    const secret = hold(address, versions);
    const azure = { clientId: "this run's" };
    await token.update({ ...before, azure: { clientId: "revoked" } }, last, { ...out, azure });
    expect(secret.access).toEqual(azure);
  });

  test("whose passwords cannot be read changes nothing", async () => {
    const secret = hold(address, versions);
    secret.readFailure = refusal(403, "Forbidden", "ForbiddenByRbac");
    const wanted = inputs("password2", made, again, { keyVault: undefined });
    await expect(token.update(before, last, wanted)).rejects.toThrow(secret.readFailure);
    expect(secret.enabled).toEqual(["a", "b"]);
    expect(secret.isDeleted).toBe(false);
    expect(writesToToken()).toEqual([]);
  });

  test("leaves a password alone that was purged: its slot is neither read, regenerated nor cleared", async () => {
    const secret = hold(address, []);
    const unmanaged = "its value is no longer in secret mysecret, so it works until the next rotation";
    const wanted = inputs("password2", { version: 1, unmanaged }, again, { keyVault: undefined });
    const outputs = await token.update(before, saved({ stored: [storedAs("password1", "a")] }), wanted);
    expect(outputs).toMatchObject({ password: "new password2", passwords: [{ name: "password2" }] });
    expect(writesToToken()).toEqual(["generate password2"]);
    expect(secret.calls).toEqual(["versions"]);
  });

  test("with both passwords generated again waits for the current one", async () => {
    hold(address, versions.slice(0, 1));
    const wanted = inputs("password2", again, again, { keyVault: undefined });
    expect(await token.update(before, last, wanted)).toMatchObject({ password: "new password2" });
    expect(allCalls()).toContain(`wait for new password2 at ${server}`);
  });
});

describe("keyVault that names another secret", () => {
  const other = { ...address, secretName: "other" };
  const before = inputs("password2", made, made);
  const last = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b")] });
  const wanted = { ...before, keyVault: other };
  const versions = [version("b", "password2", earlier), version("a", "password1", earlier)];

  test("moves the passwords, the current one last, and then deletes the secret before", async () => {
    const secret = hold(address, versions);
    const moved = hold(other, []);
    expect(await token.update(before, last, wanted)).toMatchObject({
      stored: [storedAs("password1", "new0"), storedAs("password2", "new1")],
      passwordSecretId: "https://myvault.vault.azure.net/secrets/other",
      passwordSecretVersionId: "new1",
    });
    expect(versionsIn(moved)).toEqual(["password2 (value of b)", "password1 (value of a)"]);
    expect(secret.isDeleted).toBe(true);
    expect(allCalls().filter((call) => /write|delete$/.test(call))).toEqual([
      "write new0 of other",
      "write new1 of other",
      "delete",
    ]);
    expect(writesToToken()).toEqual([]);
  });

  test("leaves the secret before as it is if the new one is not written, and the next run completes the move", async () => {
    const secret = hold(address, versions);
    const moved = hold(other, []);
    moved.writeFailure = refusal(403, "Forbidden");
    await expect(token.update(before, last, wanted)).rejects.toThrow(moved.writeFailure);
    expect([secret.isDeleted, secret.enabled]).toEqual([false, ["b", "a"]]);

    moved.writeFailure = undefined;
    await token.update(before, last, wanted);
    expect(versionsIn(moved)).toEqual(["password2 (value of b)", "password1 (value of a)"]);
  });
});
