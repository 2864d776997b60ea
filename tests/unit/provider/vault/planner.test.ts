/** How check plans the passwords of a resource with keyVault, and when it asks the vault. */
import { type CheckResult, type Properties, unknown } from "provider-server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import type { PasswordWriter } from "../../../../components/provider/tokenCredentials/passwordWriter";
import type { Schedule, Slot } from "../../../../components/provider/tokenCredentials/schedule";
import type { Inputs } from "../../../../components/provider/tokenCredentials/state";
import { VaultPlanner } from "../../../../components/provider/tokenCredentials/vault/planner";
import { VaultSecrets } from "../../../../components/provider/tokenCredentials/vault/vaultSecrets";
import { tokenId } from "../tokenId";
import { address, allCalls, emptyVaults, foreignVersion, hold, slot, version } from "./fakeSecret";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const urn = "urn:pulumi:mystack::myproject::acr-token:index:TokenCredentials::mytoken";
const otherTokenId = `${tokenId}-2`;
const oldAddress = { ...address, secretName: "oldsecret" };

const first = "2026-01-01";
const yesterday = "2026-01-09T23:59:00.000Z";
const today = "2026-01-10";

const made: Slot = { version: 1, madeOn: first };
const spare: Slot = {
  version: 1,
  cleared: "no password until the next rotation, because the secret hands out only the current one",
};
/** The schedule of a new token. The planner removes the password that no client could get. */
const firstSchedule: Schedule = { current: "password1", slots: { password1: made, password2: made } };
const inForce: Schedule = { current: "password1", slots: { password1: made, password2: spare } };
const rotated: Schedule = {
  current: "password2",
  slots: { password1: { ...made, previousSince: today }, password2: { version: 2, madeOn: today } },
};
const overlapOver: Schedule = {
  current: "password2",
  slots: {
    password1: { version: 1, cleared: "its overlap ended" },
    password2: { version: 2, madeOn: today },
  },
};
const noSchedule = { current: unknown, slots: unknown };

const refused = (what: string, more = "") => ({
  property: "keyVault",
  reason: `keyVault cannot be used: secret mysecret ${what}, so it is left alone.${more} Choose another keyVault.secretName, or delete and purge the secret if nobody needs it`,
});
const notOurs = "was not written by this provider, as its tags show";
const foreign = refused(notOurs);

beforeEach(emptyVaults);

/** Plans checked inputs, and counts how often the planner asks Azure for the slots of the token. */
async function plan(
  last: (Partial<Inputs> & Schedule) | undefined,
  inputs: object,
  slots: readonly SlotOnAzure[] = [],
  failures: CheckResult["failures"] = [],
) {
  const slotsOnAzure = vi.fn(async () => slots);
  const planner = new VaultPlanner(
    { slotsOnAzure } as Partial<PasswordWriter> as PasswordWriter,
    new VaultSecrets(new AbortController().signal),
    () => new Date(`${today}T12:00:00Z`),
  );
  const before = last && { tokenId, keyVault: address, ...last };
  const result = await planner.plan(urn, before, { inputs: inputs as unknown as Properties, failures });
  return { ...result, looksOnAzure: slotsOnAzure.mock.calls.length };
}

describe("the plan of a new resource", () => {
  const given = { tokenId, keyVault: address, ...firstSchedule };

  test("generates the current password alone, after a look at the secret", async () => {
    const { inputs, failures } = await plan(undefined, given);
    expect({ inputs, failures }).toEqual({ inputs: { ...given, ...inForce }, failures: [] });
    expect(allCalls()).toEqual(["versions", "deletedTags"]);
  });

  test("makes password2 current if the newest version holds password1, which then works until the next version", async () => {
    hold(address, [version("a", "password1", yesterday)]);
    const { inputs } = await plan(undefined, given);
    expect(inputs).toMatchObject({ current: "password2", slots: { password1: spare, password2: made } });
  });

  test("keeps password1 current if the newest version holds password2", async () => {
    hold(address, [version("a", "password2", yesterday)]);
    expect((await plan(undefined, given)).inputs).toMatchObject(inForce);
  });

  test("keeps adopted passwords in their slots", async () => {
    hold(address, [version("a", "password1", yesterday)]);
    const adopt = { password1: "hush", password2: "hush hush" };
    expect((await plan(undefined, { ...given, adopt })).inputs).toMatchObject(firstSchedule);
  });

  test("asks the vault if the resource gets another token and keeps its secret", async () => {
    hold(address, [version("a", "password1", yesterday, { username: "mytoken-2" })]);
    const { inputs, failures } = await plan({ tokenId: otherTokenId, ...inForce }, given);
    expect({ inputs, failures }).toEqual({ inputs: { ...given, ...inForce }, failures: [] });
    expect(allCalls()).toEqual(["versions"]);
  });

  test("leaves the slot alone whose password adopt does not give", async () => {
    hold(address, [version("a", "password2", yesterday)]);
    const slots = { password1: { unmanaged: "nobody knows its value" }, password2: made };
    const { inputs } = await plan(undefined, { ...given, adopt: {}, current: "password2", slots });
    expect(inputs).toMatchObject({ current: "password2", slots });
  });

  test("fails if the secret is another token's, or someone else's and deleted", async () => {
    hold(address, [version("a", "password1", yesterday, { username: "other" })]);
    const others = refused("holds the password of token other of registry myregistry");
    expect((await plan(undefined, given)).failures).toEqual([others]);
    hold(address, [foreignVersion("a")], true);
    const deleted = refused(notOurs, " It is deleted, and its name is taken until it is purged.");
    expect((await plan(undefined, given)).failures).toEqual([deleted]);
  });

  test("adds the secret's default name and does not ask the vault if the schedule is unknown", async () => {
    const keyVault = { vaultUri: "https://MyVault.vault.azure.net" };
    const { inputs, failures } = await plan(undefined, { tokenId, keyVault, ...noSchedule });
    expect({ inputs, failures }).toEqual({
      inputs: { tokenId, keyVault: { ...address, secretName: "mytoken-password" }, ...noSchedule },
      failures: [],
    });
    expect(allCalls()).toEqual([]);
  });

  test.each<[string, object, object]>([
    [
      "token and its default secret name are",
      { tokenId: unknown, keyVault: { vaultUri: address.vaultUri } },
      { vaultUri: address.vaultUri, secretName: unknown },
    ],
    ["token and the identity are", { tokenId: unknown, keyVault: address, azure: unknown }, address],
    ["identity is", { tokenId, keyVault: address, azure: unknown }, address],
  ])("has no schedule and does not ask the vault if the %s unknown", async (_what, args, keyVault) => {
    const { inputs, failures } = await plan(undefined, { ...args, ...firstSchedule });
    expect({ inputs, failures }).toEqual({ inputs: { ...args, keyVault, ...noSchedule }, failures: [] });
    expect(allCalls()).toEqual([]);
  });
});

describe("the plan of a resource with an unknown token and a known secret", () => {
  const given = { tokenId: unknown, keyVault: address, ...firstSchedule };

  const others = [version("a", "password1", yesterday, { username: "other" })];

  test.each([
    ["is free", [], false],
    ["holds the password of another token, which the new token may replace", others, false],
    ["of an earlier token is deleted", others, true],
  ])("has no schedule and no failure if the secret %s", async (_what, versions, isDeleted) => {
    hold(address, versions, isDeleted);
    const { inputs, failures } = await plan(undefined, given);
    expect({ inputs, failures }).toEqual({ inputs: { ...given, ...noSchedule }, failures: [] });
    expect(allCalls()).toContain("versions");
  });

  test("fails if the secret is someone else's", async () => {
    hold(address, [foreignVersion("a")]);
    expect((await plan(undefined, given)).failures).toEqual([foreign]);
  });
});

describe("the plan of a resource in the state", () => {
  const rotates = { tokenId, keyVault: address, expirationInDays: 30, ...rotated };
  const interrupted = [
    version("b", "password2", yesterday),
    version("a", "password1", `${first}T10:00:00.000Z`),
  ];
  const slots = [slot("password1", `${first}T10:00:00.000Z`), slot("password2", yesterday)];

  test("does not ask the vault if no password changes", async () => {
    hold(address, [foreignVersion("a")]);
    const { inputs, failures } = await plan(inForce, { tokenId, keyVault: address, ...inForce });
    expect({ inputs, failures }).toEqual({
      inputs: { tokenId, keyVault: address, ...inForce },
      failures: [],
    });
    expect(allCalls()).toEqual([]);
  });

  test("does not ask the vault if the secret is named in another way", async () => {
    const keyVault = { vaultUri: "https://MYVAULT.vault.azure.net", secretName: "MySecret" };
    const { failures } = await plan(inForce, { tokenId, keyVault, ...inForce });
    expect({ failures, calls: allCalls() }).toEqual({ failures: [], calls: [] });
  });

  test("does not regenerate a previous password that is lost, because no client could get it", async () => {
    hold(address, interrupted);
    const { password1, password2 } = rotated.slots;
    const slots = { password1: { ...password1, version: 2, madeOn: today }, password2 };
    const { inputs } = await plan(rotated, { tokenId, keyVault: address, current: "password2", slots });
    expect(inputs.slots).toEqual({ password1: spare, password2 });
  });

  test("rotates on the day of the schedule, after a look at the secret", async () => {
    hold(address, interrupted.slice(1));
    expect((await plan(inForce, rotates, slots)).inputs).toEqual(rotates);
    expect(allCalls()).toEqual(["versions"]);
  });

  test("takes over the version of an interrupted rotation, with the day and the expiry of its password", async () => {
    hold(address, interrupted);
    const password2 = { version: 2, madeOn: "2026-01-09", expiresOn: "2026-02-08" };
    expect((await plan(inForce, rotates, slots)).inputs).toEqual({
      ...rotates,
      slots: { ...rotated.slots, password2 },
    });
  });

  test("rotates on the day of the schedule if the resource moves to a secret that holds the same slot", async () => {
    hold(oldAddress, interrupted.slice(1));
    hold(address, interrupted);
    const { inputs, failures } = await plan({ keyVault: oldAddress, ...inForce }, rotates, slots);
    expect({ inputs, failures }).toEqual({ inputs: rotates, failures: [] });
  });

  test("keeps the rotation of the schedule and does not ask the vault if the identity is unknown", async () => {
    const given = { ...rotates, azure: unknown };
    expect((await plan(inForce, given)).inputs).toEqual(given);
    expect(allCalls()).toEqual([]);
  });

  test("clears a slot, and keeps the day of the current password", async () => {
    hold(address, interrupted);
    const given = { tokenId, keyVault: address, ...overlapOver };
    const { inputs, looksOnAzure } = await plan(rotated, given, slots);
    expect(inputs).toEqual(given);
    expect(looksOnAzure).toBe(0);
  });

  test.each<[string, Schedule, Schedule]>([
    ["rotates", inForce, rotated],
    ["clears a slot", rotated, overlapOver],
  ])("fails if it %s and the secret is someone else's", async (_what, before, wanted) => {
    hold(address, [foreignVersion("a")]);
    const { failures } = await plan(before, { tokenId, keyVault: address, ...wanted });
    expect(failures).toEqual([foreign]);
  });
});

describe("the plan of a resource whose password leaves its secret", () => {
  const leaves = { tokenId, ...inForce };

  test("keeps a password that the secret still holds", async () => {
    hold(address, [version("a", "password1", yesterday)]);
    expect((await plan(inForce, leaves, [slot("password1", yesterday)])).inputs).toEqual(leaves);
    expect(allCalls()).toEqual(["versions"]);
  });

  test.each<[string, object]>([
    ["the state", leaves],
    ["another secret", { ...leaves, keyVault: oldAddress }],
  ])("for %s rotates if the secret is purged", async (_where, given) => {
    const { inputs } = await plan(inForce, given, [slot("password1", yesterday)]);
    expect(inputs).toMatchObject({
      current: "password2",
      slots: {
        password1: { unmanaged: expect.stringContaining("its value is no longer in secret mysecret") },
        password2: { version: 2, madeOn: today },
      },
    });
  });

  test("fails if the rotation for a purged password would end an overlap", async () => {
    const { failures } = await plan(rotated, { tokenId, overlapDays: 3, ...rotated });
    expect(failures).toEqual([
      {
        property: "keyVault",
        reason: expect.stringMatching(/^keyVault cannot be changed before 2026-01-14: /),
      },
    ]);
  });

  test.each<[string, object, CheckResult["failures"]]>([
    ["if the schedule is unknown", { tokenId, ...noSchedule }, []],
    ["if the identity is unknown", { ...leaves, azure: unknown }, []],
    [
      "if other arguments are invalid",
      leaves,
      [{ property: "overlapDays", reason: "overlapDays is too short" }],
    ],
  ])("does not ask the vault %s", async (_when, given, invalid) => {
    const { inputs, failures } = await plan(inForce, given, [], invalid);
    expect({ inputs, failures }).toEqual({ inputs: given, failures: invalid });
    expect(allCalls()).toEqual([]);
  });
});
