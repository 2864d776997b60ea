/** Which versions of a secret are written, taken over and disabled. */
import { describe, expect, test, vi } from "vitest";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import type { HeldPassword, StoredPassword } from "../../../../components/provider/tokenCredentials/state";
import { PasswordVault } from "../../../../components/provider/tokenCredentials/vault/passwordVault";
import { address, foreignVersion, type HeldVersion, hold, owner, slot, version } from "./fakeSecret";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const january = "2026-01-01T10:00:00.000Z";
const february = "2026-02-01T10:00:00.000Z";
const march = "2026-03-01T10:00:00.000Z";

/** The vault of a token whose secret holds these versions, the newest one first. Azure shows these slots of the token. */
function vaultWith(
  versions: readonly HeldVersion[],
  { isDeleted = false, slots = [] as readonly SlotOnAzure[] } = {},
) {
  const secret = hold(address, versions, isDeleted);
  const vault = new PasswordVault(address, owner, undefined, new AbortController().signal);
  return { vault, secret, slotsOnAzure: vi.fn(async () => slots) };
}

async function openedVaultWith(...given: Parameters<typeof vaultWith>) {
  const opened = vaultWith(...given);
  await opened.vault.open(opened.slotsOnAzure, false);
  opened.secret.calls.length = 0;
  opened.slotsOnAzure.mockClear();
  return opened;
}

const held = (
  name: SlotOnAzure["name"],
  creationTime: string,
  expiry: string | null = null,
): HeldPassword => ({
  name,
  creationTime,
  expiry,
});

const stored = (versionId: string): StoredPassword => ({ ...held("password1", january), versionId });

describe("opening a secret", () => {
  const versions = [
    version("c", "password2", march),
    version("b", "password1", february),
    version("a", "password1", january, { isEnabled: false }),
  ];
  const slots = [slot("password2", march)];

  test("changes nothing and does not ask Azure if the secret is not deleted", async () => {
    const { vault, secret, slotsOnAzure } = vaultWith(versions, { slots });
    await vault.open(slotsOnAzure, false);
    expect(secret.calls).toEqual(["versions"]);
    expect(slotsOnAzure).not.toHaveBeenCalled();
  });

  test("recovers a deleted secret, and disables the enabled versions whose passwords no slot holds", async () => {
    const { vault, secret, slotsOnAzure } = vaultWith(versions, { isDeleted: true, slots });
    await vault.open(slotsOnAzure, false);
    expect(secret.calls).toEqual(["versions", "deletedTags", "recover", "versions", "disable b"]);
    expect(secret.enabled).toEqual(["c"]);
  });

  test("that was deleted keeps the newest version enabled, and disables no version twice", async () => {
    const { vault, secret, slotsOnAzure } = vaultWith(versions, { isDeleted: true, slots });
    await vault.open(slotsOnAzure, false);
    expect(vault.newestSlot).toBe("password2");
    expect(await vault.interrupted("password2", [], slotsOnAzure)).toMatchObject({ versionId: "c" });
    await vault.retireAllBut([]);
    expect(secret.calls.filter((call) => call.startsWith("disable"))).toEqual(["disable b"]);
  });
});

describe("the slot of the newest version", () => {
  const older = version("a", "password1", january);

  test.each<[string, HeldVersion[], string | undefined]>([
    ["is read from its tags", [version("b", "password2", february), older], "password2"],
    [
      "is unknown if it is disabled",
      [version("b", "password2", february, { isEnabled: false }), older],
      undefined,
    ],
    [
      "is unknown if it is another token's",
      [version("b", "password2", february, { username: "other" }), older],
      undefined,
    ],
    ["is unknown if there is no version", [], undefined],
  ])("%s", async (_what, versions, expected) => {
    const { vault } = await openedVaultWith(versions);
    expect(vault.newestSlot).toBe(expected);
  });
});

describe("the password of an interrupted run", () => {
  const newest = version("b", "password2", february);

  test.each([
    ["that expires", "2026-08-01T23:59:59.000Z"],
    ["that never expires", undefined],
  ])("%s is the newest version if the slot still holds it", async (_what, expiry) => {
    const versions = [newest, version("a", "password2", january), version("0", "password1", february)];
    const slots = [slot("password1", january), slot("password2", february, expiry)];
    const { vault, slotsOnAzure } = await openedVaultWith(versions, { slots });
    const known = [held("password2", january), held("password1", february)];
    expect(await vault.interrupted("password2", known, slotsOnAzure)).toEqual({
      name: "password2",
      creationTime: february,
      expiry: expiry ?? null,
      versionId: "b",
    });
  });

  test.each<[string, HeldVersion[], HeldPassword[]]>([
    ["there is no version", [], []],
    ["the newest version is disabled", [version("b", "password2", february, { isEnabled: false })], []],
    [
      "the newest version is another token's",
      [version("b", "password2", february, { username: "other" }), version("a", "password1", january)],
      [],
    ],
    ["the newest version is of the other slot", [version("b", "password1", february)], []],
    ["the state knows it", [newest], [held("password2", february)]],
    ["it is a copy of an older version", [newest, version("a", "password2", february)], []],
  ])("is not found, without a call to Azure, if %s", async (_when, versions, known) => {
    const slots = [slot("password1", february), slot("password2", february)];
    const { vault, slotsOnAzure } = await openedVaultWith(versions, { slots });
    expect(await vault.interrupted("password2", known, slotsOnAzure)).toBeUndefined();
    expect(slotsOnAzure).not.toHaveBeenCalled();
  });

  test("is not found if its slot holds a newer password, even if the other slot has the same creation time", async () => {
    const slots = [slot("password1", february), slot("password2", march)];
    const { vault, slotsOnAzure } = await openedVaultWith([newest], { slots });
    expect(await vault.interrupted("password2", [], slotsOnAzure)).toBeUndefined();
  });
});

describe("storing a password", () => {
  const password = held("password1", january);
  const value = async () => "hush";
  const there = version("a", "password1", january, { value: "hush" });
  const newer = version("b", "password2", february);

  test("writes a new version, which is the newest one from then on", async () => {
    const { vault, secret } = await openedVaultWith([newer]);
    const expiring = held("password1", march, "2026-08-01T23:59:59.000Z");
    expect(await vault.store(expiring, "myregistry.azurecr.io", value, true)).toEqual({
      ...expiring,
      versionId: "new1",
    });
    expect(secret.versions[0]).toMatchObject({
      value: "hush",
      contentType: "Azure Container Registry token password",
      tags: {
        managedBy: "pulumi-acr-token",
        registry: "myregistry",
        loginServer: "myregistry.azurecr.io",
        username: "mytoken",
        slot: "password1",
        created: march,
      },
      expiry: new Date("2026-08-01T23:59:59.000Z"),
    });
    expect(vault.newestSlot).toBe("password1");
  });

  test("without an expiry writes a version without an expiry", async () => {
    const { vault, secret } = await openedVaultWith([]);
    await vault.store(password, "myregistry.azurecr.io", value, true);
    expect(secret.versions.map(({ expiry }) => expiry)).toEqual([undefined]);
  });

  test.each<[string, HeldVersion[], boolean]>([
    ["current and in the newest version", [there, newer], true],
    ["not current and in an older version", [newer, there], false],
    ["not current and in the newest version", [there, newer], false],
  ])("writes nothing if the password is %s", async (_where, versions, isCurrent) => {
    const { vault, secret } = await openedVaultWith(versions);
    expect(await vault.store(password, "myregistry.azurecr.io", value, isCurrent)).toEqual({
      ...password,
      versionId: "a",
    });
    expect(secret.calls).toEqual(["read a"]);
  });

  test.each<[string, HeldVersion[], boolean]>([
    ["is current and in an older version", [newer, there], true],
    ["is in a disabled version", [{ ...there, isEnabled: false }], false],
    [
      "is in a version of another token",
      [version("a", "password1", january, { username: "other", value: "hush" }), newer],
      false,
    ],
    ["has another value than its version", [{ ...there, value: "other" }], false],
    [
      "is newer than the version of its slot",
      [version("a", "password1", "2025-12-01T10:00:00.000Z", { value: "hush" })],
      false,
    ],
  ])("writes a new version if the password %s", async (_what, versions, isCurrent) => {
    const ours = version("0", "password2", "2025-11-01T10:00:00.000Z");
    const { vault, secret } = await openedVaultWith([...versions, ours]);
    const { versionId } = await vault.store(password, "myregistry.azurecr.io", value, isCurrent);
    expect(versionId).toMatch(/^new/);
    expect(secret.versions[0]).toMatchObject({ id: versionId, value: "hush" });
  });
});

describe("retiring passwords", () => {
  const versions = [
    version("d", "password2", march),
    version("c", "password1", february),
    foreignVersion("foreign"),
    version("b", "password2", january, { username: "other" }),
    version("a", "password1", january, { isEnabled: false }),
  ];

  test("disables the provider's versions that hold no kept password, except for the newest version", async () => {
    const { vault, secret } = await openedVaultWith(versions);
    await vault.retireAllBut([stored("c")]);
    expect(secret.calls).toEqual(["disable b"]);
    await vault.retireAllBut([]);
    expect(secret.calls).toEqual(["disable b", "disable c"]);
    expect(secret.enabled).toEqual(["d", "foreign"]);
  });

  test("disables only the enabled versions that hold these passwords", async () => {
    const { vault, secret } = vaultWith(versions);
    await vault.retire([stored("d"), stored("a"), stored("gone")]);
    expect(secret.calls).toEqual(["versions", "disable d"]);
    expect(secret.enabled).toEqual(["c", "foreign", "b"]);
  });
});
