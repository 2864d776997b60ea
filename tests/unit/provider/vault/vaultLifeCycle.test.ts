/** What becomes of passwords in Key Vault: the order of writes to the vault and to the token, and what the state has afterwards. */
import { type Properties, unwrapSecrets } from "provider-server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SlotName } from "../../../../components/args/credentialFiles";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import type { PasswordWriter } from "../../../../components/provider/tokenCredentials/passwordWriter";
import type { Schedule, Slot } from "../../../../components/provider/tokenCredentials/schedule";
import type {
  HeldPassword,
  Inputs,
  SavedOutputs,
  StoredPassword,
} from "../../../../components/provider/tokenCredentials/state";
import { VaultLifeCycle } from "../../../../components/provider/tokenCredentials/vault/vaultLifeCycle";
import { tokenId } from "../tokenId";
import { address, emptyVaults, type HeldSecret, hold, owner, slot, version } from "./fakeSecret";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const urn = "urn:pulumi:mystack::myproject::acr-token:index:TokenCredentials::mytoken";
const server = "myregistry.azurecr.io";
const then = "2026-01-01T00:00:00.000Z";
const now = "2026-01-10T00:00:00.000Z";

const made: Slot = { version: 1, madeOn: "2026-01-01" };
const empty: Slot = { version: 1, cleared: "spare" };
const again: Slot = { version: 2, madeOn: "2026-01-10" };

const inputs = (current: SlotName, password1: Slot, password2: Slot, more: Partial<Inputs> = {}): Inputs => ({
  tokenId,
  keyVault: address,
  current,
  slots: { password1, password2 },
  ...more,
});
const held = (name: SlotName, creationTime = then): HeldPassword => ({ name, creationTime, expiry: null });
const storedAs = (name: SlotName, versionId: string, creationTime = then): StoredPassword => ({
  ...held(name, creationTime),
  versionId,
});
const saved = (more: Partial<SavedOutputs>): SavedOutputs => ({
  username: owner.username,
  loginServer: server,
  passwords: [],
  ...more,
});

let onAzure: SlotOnAzure[];
let calls: string[];
let generated: (names: readonly SlotName[]) => readonly SlotName[];
let lifeCycle: VaultLifeCycle;

const writer = {
  token: () => ({
    username: owner.username,
    description: "token mytoken",
    get: async () => ({ slots: onAzure, status: "enabled", scopeMapId: "" }),
  }),
  slotsOnAzure: async () => onAzure,
  generate: async (_: Inputs, names: readonly SlotName[]) => {
    calls.push(...names.map((name) => `generate ${name}`));
    return generated(names).map((name) => ({ ...held(name, now), value: `new ${name}` }));
  },
  clear: async (_: Inputs, passwords: readonly HeldPassword[]) => {
    calls.push(...passwords.map(({ name }) => `clear ${name}`));
  },
  untilLive: async (_: Inputs, { password, loginServer }: SavedOutputs) => {
    calls.push(`${password} is live at ${loginServer}`);
  },
} as unknown as PasswordWriter;

beforeEach(() => {
  emptyVaults();
  onAzure = [];
  calls = [];
  generated = (names) => names;
  lifeCycle = new VaultLifeCycle(() => new Date(now), new AbortController().signal, writer);
});

/** The versions of a secret as slots and whether they are enabled, the newest one first. */
const versionsIn = ({ versions }: HeldSecret) =>
  versions.map(({ tags, isEnabled, value }) => `${tags.slot} ${isEnabled ? "" : "disabled "}(${value})`);

const create = (checked: Inputs) => lifeCycle.create(urn, checked, checked as unknown as Properties, server);
const update = async (before: Inputs, last: SavedOutputs, wanted: Inputs) =>
  unwrapSecrets<Properties>(
    await lifeCycle.update(urn, before, last, wanted, wanted as unknown as Properties, server),
  );

describe("a create", () => {
  test("generates the current password alone, and the state has its address", async () => {
    const secret = hold(address, []);
    const { saved, outputs } = await create(inputs("password1", made, empty));
    expect(versionsIn(secret)).toEqual(["password1 (new password1)"]);
    expect(calls).toEqual(["generate password1", `new password1 is live at ${server}`]);
    const stored = [storedAs("password1", "new0", now)];
    expect(saved).toEqual({ username: owner.username, loginServer: server, stored });
    expect(outputs).toMatchObject({ stored, passwordSecretVersionId: "new0" });
    expect(JSON.stringify(outputs)).not.toContain("new password1");
  });

  test("recovers a deleted secret of the token, and disables what does not work any more", async () => {
    onAzure = [slot("password2", then)];
    const secret = hold(address, [version("b", "password2", then), version("a", "password1", then)], true);
    await create(inputs("password1", made, empty));
    expect(versionsIn(secret)).toEqual([
      "password1 (new password1)",
      "password2 disabled (value of b)",
      "password1 disabled (value of a)",
    ]);
  });

  test.each<[SlotName, string[]]>([
    ["password1", ["password1 (one)", "password2 (two)"]],
    ["password2", ["password2 (two)", "password1 (one)"]],
  ])(
    "of an adopted token writes the given passwords, the current one last: %s",
    async (current, versions) => {
      onAzure = [slot("password1", then), slot("password2", then)];
      const secret = hold(address, []);
      const adopt = { password1: "one", password2: "two" };
      const checked = inputs(current, made, made, { adopt });
      const planned = await lifeCycle.plan(urn, undefined, {
        inputs: checked as unknown as Properties,
        failures: [],
      });
      const { saved } = await create({ ...checked, ...(planned.inputs as unknown as Inputs) });
      expect(versionsIn(secret)).toEqual(versions);
      expect(saved).toMatchObject({
        adopted: ["password1", "password2"],
        stored: [{ name: "password1" }, { name: "password2" }],
      });
      expect(calls).toEqual([]);
    },
  );
});

describe("an update that changes no password", () => {
  const schedule = inputs("password1", made, empty);
  const stored = [storedAs("password1", "a")];

  test("asks nobody, and the state stays as it is", async () => {
    const secret = hold(address, []);
    expect(await update(schedule, saved({ stored }), { ...schedule, waitUntilLive: true })).toMatchObject({
      stored,
      passwordSecretVersionId: "a",
    });
    expect([...secret.calls, ...calls]).toEqual([]);
  });
});

describe("a rotation", () => {
  const before = inputs("password1", made, empty);
  const wanted = inputs("password2", { ...made, previousSince: "2026-01-10" }, again);
  const last = saved({ stored: [storedAs("password1", "a")] });

  test("writes the new password as the newest version, and the previous one stays readable", async () => {
    const secret = hold(address, [version("a", "password1", then)]);
    expect(await update(before, last, wanted)).toMatchObject({
      stored: [storedAs("password1", "a"), storedAs("password2", "new1", now)],
      passwordSecretVersionId: "new1",
    });
    expect(versionsIn(secret)).toEqual(["password2 (new password2)", "password1 (value of a)"]);
    expect(calls).toEqual(["generate password2", `new password2 is live at ${server}`]);
  });

  test("takes over the version that an interrupted run has written, and generates nothing", async () => {
    onAzure = [slot("password1", then), slot("password2", now)];
    hold(address, [version("b", "password2", now), version("a", "password1", then)]);
    expect(await update(before, last, wanted)).toMatchObject({
      stored: [storedAs("password1", "a"), storedAs("password2", "b", now)],
    });
    expect(calls).toEqual([]);
  });

  test("for which Azure answers no password fails, and writes nothing", async () => {
    generated = () => [];
    const secret = hold(address, [version("a", "password1", then)]);
    await expect(update(before, last, wanted)).rejects.toThrow("Azure generated no password for password2");
    expect(versionsIn(secret)).toEqual(["password1 (value of a)"]);
  });

  test("disables the version of a password that ends before it clears the slot", async () => {
    const ended = inputs("password2", empty, again);
    const secret = hold(address, [version("b", "password2", now), version("a", "password1", then)]);
    const both = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b", now)] });
    expect(await update(wanted, both, ended)).toMatchObject({ stored: [storedAs("password2", "b", now)] });
    expect(versionsIn(secret)).toEqual(["password2 (value of b)", "password1 disabled (value of a)"]);
    expect(calls).toEqual(["clear password1"]);
  });
});

describe("keyVault that is given later", () => {
  const before = inputs("password1", made, made, { keyVault: undefined });
  const values = [
    { ...held("password1"), value: "one" },
    { ...held("password2"), value: "two" },
  ];

  test("moves the passwords, the current one last, after the wait that a create did not end", async () => {
    const secret = hold(address, []);
    const last = saved({ passwords: values, password: "one", awaited: true, loginServer: "old" });
    const outputs = await update(before, last, { ...before, keyVault: address });
    expect(versionsIn(secret)).toEqual(["password1 (one)", "password2 (two)"]);
    expect(calls).toEqual([`one is live at ${server}`]);
    expect(outputs).toMatchObject({ stored: [{ name: "password1" }, { name: "password2" }] });
    expect(outputs).not.toHaveProperty("passwords");
  });

  test("writes the current password again if a newer version of a move that failed is above it", async () => {
    const secret = hold(address, [version("b", "password2", then), version("a", "password1", then)]);
    const last = saved({ passwords: [{ ...held("password1"), value: "value of a" }] });
    await update({ ...before, slots: { password1: made, password2: empty } }, last, {
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
});

describe("keyVault that is taken out", () => {
  const before = inputs("password1", made, made);
  const last = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b")] });

  test("reads the passwords into the state and deletes the secret", async () => {
    const secret = hold(address, [version("a", "password1", then), version("b", "password2", then)]);
    const outputs = await update(before, last, { ...before, keyVault: undefined });
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
  });

  test("with both passwords generated again waits for the current one", async () => {
    hold(address, [version("a", "password1", then)]);
    const wanted = inputs("password2", again, again, { keyVault: undefined });
    expect(await update(before, last, wanted)).toMatchObject({ password: "new password2" });
    expect(calls.at(-1)).toBe(`new password2 is live at ${server}`);
  });
});

describe("a refresh", () => {
  const state: Inputs & Schedule = inputs("password1", made, again);
  const read = (last: SavedOutputs) =>
    lifeCycle.read(
      urn,
      "id",
      state as unknown as Properties,
      state,
      last,
      { slots: onAzure, status: "enabled", scopeMapId: "" },
      server,
    );

  test("drops a lost password that is not current, and says why in its slot", async () => {
    onAzure = [slot("password1", then)];
    hold(address, [version("a", "password1", then)]);
    const last = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b", now)] });
    const { inputs, outputs } = await read(last);
    expect(outputs.stored).toEqual([storedAs("password1", "a")]);
    expect(inputs).toMatchObject({
      current: "password1",
      slots: { password1: made, password2: { version: 2, lost: "cleared outside of this state" } },
    });
  });

  test("keeps a lost current password current, because clients read the newest version", async () => {
    onAzure = [slot("password1", now), slot("password2", now)];
    const secret = hold(address, [version("a", "password1", then), version("b", "password2", now)]);
    const last = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b", now)] });
    const { inputs, outputs } = await read(last);
    expect(inputs).toMatchObject({ current: "password1" });
    expect(outputs.stored).toEqual([storedAs("password2", "b", now)]);
    expect(secret.calls).toEqual([]);
  });

  test("without any password asks no vault", async () => {
    const secret = hold(address, []);
    expect((await read(saved({}))).outputs.stored).toEqual([]);
    expect(secret.calls).toEqual([]);
  });
});
