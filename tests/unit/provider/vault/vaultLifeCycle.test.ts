/** What becomes of passwords in Key Vault: the order of writes to the vault and to the token, and what the state has afterwards. */
import { unknown } from "provider-server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SlotName } from "../../../../components/args/credentialFiles";
import type { SavedOutputs } from "../../../../components/provider/tokenCredentials/state";
import { address, allCalls, foreignVersion, hold, slot, version } from "./fakeSecret";
import {
  again,
  earlier,
  empty,
  inputs,
  made,
  now,
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

describe("a create", () => {
  test("generates the current password alone, writes it once, and the state has its address", async () => {
    const secret = hold(address, []);
    const { saved, outputs } = await token.create(inputs("password1", made, empty));
    expect(versionsIn(secret)).toEqual(["password1 (new password1)"]);
    expect(allCalls()).toEqual([
      "versions",
      "deletedTags",
      "generate password1",
      `wait for new password1 at ${server}`,
      "write new0",
    ]);
    const stored = [storedAs("password1", "new0", now)];
    expect(saved).toEqual({ username: "mytoken", loginServer: server, passwords: [], stored });
    expect(outputs).toMatchObject({ stored, passwordSecretVersionId: "new0" });
    expect(JSON.stringify(outputs)).not.toContain("new password1");
  });

  test("recovers a deleted secret of the token, and disables what does not work any more", async () => {
    token.onAzure = [slot("password2", earlier)];
    const secret = hold(
      address,
      [version("b", "password2", earlier), version("a", "password1", earlier)],
      true,
    );
    await token.create(inputs("password1", made, empty));
    expect(versionsIn(secret)).toEqual([
      "password1 (new password1)",
      "password2 disabled (value of b)",
      "password1 disabled (value of a)",
    ]);
  });

  test("for another token of the resource writes to the secret that the resource has", async () => {
    const before = inputs("password1", made, empty, {
      tokenId:
        "/subscriptions/0/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/tokens/old",
    });
    const secret = hold(address, [version("a", "password1", earlier, { username: "old" })]);
    await expect(token.create(inputs("password1", made, empty))).rejects.toThrow(
      "secret mysecret holds the password of token old of registry myregistry, so it is left alone",
    );
    token.lifeCycle.saw("urn of another resource", before, saved({}));
    await expect(token.create(inputs("password1", made, empty))).rejects.toThrow("is left alone");
    await token.plan(before, inputs("password1", made, empty));
    await token.create(inputs("password1", made, empty));
    expect(versionsIn(secret)).toEqual(["password1 (new password1)", "password1 disabled (value of a)"]);
  });

  test.each<[SlotName, string[]]>([
    ["password1", ["password1 (one)", "password2 (two)"]],
    ["password2", ["password2 (two)", "password1 (one)"]],
  ])(
    "of an adopted token writes the given passwords, the current one last: %s",
    async (current, versions) => {
      token.onAzure = [slot("password1", earlier), slot("password2", earlier)];
      const secret = hold(address, []);
      const adopt = { password1: "one", password2: "two" };
      const checked = inputs(current, made, made, { adopt });
      const planned = await token.plan(undefined, checked);
      expect(JSON.stringify(planned)).not.toMatch(/"(one|two)"/);
      const { saved } = await token.create({ ...checked, ...(planned.inputs as object) });
      expect(versionsIn(secret)).toEqual(versions);
      expect(saved).toMatchObject({
        adopted: ["password1", "password2"],
        stored: [{ name: "password1" }, { name: "password2" }],
      });
      expect(allCalls().filter((call) => /generate|wait/.test(call))).toEqual([]);
    },
  );

  test.each([unknown, { ...address, vaultUri: unknown }])(
    "whose keyVault is %j has a plan that asks nobody, without a schedule or a given password",
    async (keyVault) => {
      const args = { ...inputs("password1", made, made), keyVault, tokenId: unknown };
      const { inputs: planned } = await token.plan(undefined, { ...args, adopt: { password1: "hush" } });
      const adopt = { password1: "[the given password1]" };
      expect(planned).toEqual({ ...args, current: unknown, slots: unknown, adopt });
      expect(allCalls()).toEqual([]);
    },
  );
});

test("the preview of an update with an unknown keyVault generates no password for the other slot", async () => {
  const before = inputs("password1", made, empty);
  const wanted = { ...inputs("password1", made, again), keyVault: unknown };
  const { inputs: planned } = await token.plan(before, wanted);
  const spare = { version: 1, cleared: expect.stringContaining("no password until the next rotation") };
  expect(planned).toEqual({ ...before, keyVault: unknown, slots: { password1: made, password2: spare } });
  expect(allCalls()).toEqual([]);
});

describe("an update that changes no password", () => {
  const schedule = inputs("password1", made, empty);
  const stored = [storedAs("password1", "a")];

  test("asks nobody, and the state stays as it is", async () => {
    hold(address, []);
    const wanted = { ...schedule, waitUntilLive: true, azure: { clientId: "another" } };
    expect(await token.update(schedule, saved({ stored }), wanted)).toMatchObject({
      stored,
      passwordSecretVersionId: "a",
    });
    expect(allCalls()).toEqual([]);
  });
});

describe("a rotation", () => {
  const before = inputs("password1", made, empty);
  const wanted = inputs("password2", { ...made, previousSince: "2026-01-10" }, again);
  const last = saved({ stored: [storedAs("password1", "a")] });
  const both = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b", now)] });
  const writes = () => allCalls().filter((call) => call !== "versions");

  test("writes the new password as the newest version, and the previous one stays readable", async () => {
    const secret = hold(address, [version("a", "password1", earlier)]);
    expect(await token.update(before, last, wanted)).toMatchObject({
      stored: [storedAs("password1", "a"), storedAs("password2", "new1", now)],
      passwordSecretVersionId: "new1",
    });
    expect(versionsIn(secret)).toEqual(["password2 (new password2)", "password1 (value of a)"]);
    expect(writes()).toEqual(["generate password2", `wait for new password2 at ${server}`, "write new1"]);
  });

  test("disables the version of the password that it regenerates before it does so", async () => {
    const secret = hold(address, [version("b", "password2", now), version("a", "password1", earlier)]);
    const third = inputs("password1", { ...again, version: 3 }, { ...again, previousSince: "2026-01-10" });
    await token.update(wanted, both, third);
    expect(writes()).toEqual([
      "disable a",
      "generate password1",
      `wait for new password1 at ${server}`,
      "write new2",
    ]);
    expect(secret.enabled).toEqual(["new2", "b"]);
  });

  test("to a password that the registry does not accept writes nothing", async () => {
    const secret = hold(address, [version("a", "password1", earlier)]);
    token.loginFailure = new Error("the registry does not accept it");
    await expect(token.update(before, last, wanted)).rejects.toThrow(token.loginFailure);
    expect(secret.enabled).toEqual(["a"]);
  });

  test("takes over the version that an interrupted run has written, and generates nothing", async () => {
    token.onAzure = [slot("password1", earlier), slot("password2", now)];
    hold(address, [version("b", "password2", now), version("a", "password1", earlier)]);
    expect(await token.update(before, last, wanted)).toMatchObject({
      stored: [storedAs("password1", "a"), storedAs("password2", "b", now)],
    });
    expect(writes()).toEqual([]);
  });

  test("for which Azure answers no password fails, and writes nothing", async () => {
    token.generated = () => [];
    const secret = hold(address, [version("a", "password1", earlier)]);
    const failure = "Azure generated no password for password2";
    await expect(token.update(before, last, wanted)).rejects.toThrow(failure);
    expect(versionsIn(secret)).toEqual(["password1 (value of a)"]);
  });

  test("recovers the secret if someone else has deleted it, and the password that works stays readable", async () => {
    token.onAzure = [slot("password1", earlier)];
    const versions = [version("a", "password1", earlier), version("0", "password2", earlier)];
    const secret = hold(address, versions, true);
    await token.update(before, last, wanted);
    expect(secret.isDeleted).toBe(false);
    expect(secret.enabled).toEqual(["new2", "a"]);
  });

  test("keeps a version that someone else has disabled, and one that someone else wrote, as they are", async () => {
    const disabled = { ...version("a", "password1", earlier), isEnabled: false };
    const secret = hold(address, [foreignVersion("c"), disabled]);
    await token.update(before, last, wanted);
    expect(secret.enabled).toEqual(["new2", "c"]);
  });

  test("disables the version of a password that ends before it clears the slot", async () => {
    const ended = inputs("password2", empty, again);
    const secret = hold(address, [version("b", "password2", now), version("a", "password1", earlier)]);
    expect(await token.update(wanted, both, ended)).toMatchObject({
      stored: [storedAs("password2", "b", now)],
    });
    expect(versionsIn(secret)).toEqual(["password2 (value of b)", "password1 disabled (value of a)"]);
    expect(writes()).toEqual(["disable a", "clear password1"]);
  });

  test("in place of a lost or expired password disables its version once the next one is written", async () => {
    const secret = hold(address, [version("a", "password1", earlier)]);
    expect(await token.update(before, saved({}), inputs("password1", again, empty))).toMatchObject({
      stored: [storedAs("password1", "new1", now)],
    });
    expect(writes().slice(-2)).toEqual(["write new1", "disable a"]);
    expect(secret.enabled).toEqual(["new1"]);
  });
});

describe("a refresh", () => {
  const state = inputs("password1", made, again);
  const both = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b", now)] });
  const read = (last: SavedOutputs, from = state) => token.read(from, last);

  test("drops a lost password that is not current, and says why in its slot", async () => {
    token.onAzure = [slot("password1", earlier)];
    hold(address, [version("a", "password1", earlier)]);
    const { inputs, outputs } = await read(both);
    expect(outputs.stored).toEqual([storedAs("password1", "a")]);
    expect(inputs).toMatchObject({
      current: "password1",
      slots: { password1: made, password2: { version: 2, lost: "cleared outside of this state" } },
    });
  });

  test("keeps a lost current password current, because clients read the newest version", async () => {
    token.onAzure = [slot("password1", now), slot("password2", now)];
    hold(address, [version("a", "password1", earlier), version("b", "password2", now)]);
    const { inputs, outputs } = await read(both);
    expect(inputs).toMatchObject({ current: "password1" });
    expect(outputs.stored).toEqual([storedAs("password2", "b", now)]);
    expect(allCalls()).toEqual([]);
  });

  test("says in its slot why clients do not get the current password, until they get it again", async () => {
    token.onAzure = [slot("password1", earlier), slot("password2", now)];
    const secret = hold(address, [{ ...version("a", "password1", earlier), isEnabled: false }]);
    const unavailable = "its version of the secret was disabled outside of this state";
    const found = await read(both);
    expect(found.inputs.slots).toEqual({ password1: { ...made, unavailable }, password2: again });
    expect(found.outputs.stored).toEqual(both.stored);

    secret.versions = [version("a", "password1", earlier)];
    const after = await read(both, found.inputs as never);
    expect(after.inputs.slots).toEqual({ password1: made, password2: again });
  });

  test("without any password asks no vault", async () => {
    hold(address, []);
    expect((await read(saved({}))).outputs.stored).toEqual([]);
    expect(allCalls()).toEqual([]);
  });
});
