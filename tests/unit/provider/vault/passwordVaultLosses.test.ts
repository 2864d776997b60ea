/** What happens if a secret or one of its versions is deleted, purged, disabled or replaced. */
import { describe, expect, test, vi } from "vitest";
import type { SlotOnAzure } from "../../../../components/provider/azure/api/responses";
import type { StoredPassword } from "../../../../components/provider/tokenCredentials/state";
import { PasswordVault } from "../../../../components/provider/tokenCredentials/vault/passwordVault";
import { address, foreignVersion, type HeldVersion, hold, owner, refusal, slot, version } from "./fakeSecret";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const january = "2026-01-01T10:00:00.000Z";
const february = "2026-02-01T10:00:00.000Z";

/** The vault of a token whose secret holds these versions, the newest one first. */
function vaultWith(versions: readonly HeldVersion[], isDeleted = false) {
  const secret = hold(address, versions, isDeleted);
  return { vault: new PasswordVault(address, owner, undefined, new AbortController().signal), secret };
}

const stored = (versionId: string, created = january): StoredPassword => ({
  name: "password1",
  creationTime: created,
  expiry: null,
  versionId,
});

const ours = version("a", "password1", january);

describe("the value of a password", () => {
  test.each<[string, HeldVersion, boolean, string[]]>([
    ["is read", ours, false, ["read a"]],
    [
      "of a disabled version is read after the version is enabled",
      { ...ours, isEnabled: false },
      false,
      ["read a", "enable a", "read a"],
    ],
    [
      "of a deleted secret is read after the secret is recovered",
      ours,
      true,
      ["read a", "deletedTags", "recover", "read a"],
    ],
  ])("%s", async (_how, held, isDeleted, calls) => {
    const { vault, secret } = vaultWith([held], isDeleted);
    expect(await vault.value(stored("a"))).toBe("value of a");
    expect(secret.calls).toEqual(calls);
    expect(secret.enabled).toEqual(["a"]);
  });

  test("of a purged secret cannot be read, with the error of the vault", async () => {
    const { vault, secret } = vaultWith([]);
    await expect(vault.value(stored("a"))).rejects.toThrow("the vault answered 404 SecretNotFound");
    expect(secret.calls).toEqual(["read a", "deletedTags"]);
  });

  test.each([
    ["a refusal", refusal(403, "Forbidden", "ForbiddenByRbac")],
    ["a cancellation", new Error("cancelled while waiting to read a version of secret mysecret")],
  ])("is not read again after %s, and a deleted secret stays deleted", async (_what, failure) => {
    const { vault, secret } = vaultWith([ours], true);
    secret.readFailure = failure;
    expect(await vault.value(stored("a")).catch((error) => error)).toBe(failure);
    expect(secret.calls).toEqual(["read a"]);
  });
});

describe("the slots of purged passwords", () => {
  const slots = [slot("password1", january), slot("password2", february)];
  const other = version("b", "password2", february, { username: "other" });

  test.each<[string, HeldVersion[], boolean, SlotOnAzure["name"][]]>([
    ["are none if the secret is deleted and can be recovered", [ours], true, []],
    ["are all if another token's secret is deleted", [other], true, ["password1", "password2"]],
    ["are all if there is no secret", [], false, ["password1", "password2"]],
    ["are all if another token has written a new secret", [other], false, ["password1", "password2"]],
  ])("%s, without a call to Azure", async (_when, versions, isDeleted, expected) => {
    const { vault } = vaultWith(versions, isDeleted);
    const slotsOnAzure = vi.fn(async () => slots);
    expect(await vault.purged(["password1", "password2"], slotsOnAzure)).toEqual(expected);
    expect(slotsOnAzure).not.toHaveBeenCalled();
  });

  test.each<[string, HeldVersion[], SlotOnAzure["name"][]]>([
    ["have no version", [ours], ["password2"]],
    ["have a version of another token", [other, ours], ["password2"]],
    ["have the version of an older password", [version("b", "password2", january), ours], ["password2"]],
  ])("are those that %s", async (_what, versions, expected) => {
    const { vault } = vaultWith(versions);
    expect(await vault.purged(["password1", "password2"], async () => slots)).toEqual(expected);
  });
});

describe("clients", () => {
  const slots = [slot("password1", january), slot("password2", february)];
  const known = [stored("a")];
  const newer = version("b", "password2", february);

  test.each<[string, HeldVersion[]]>([
    ["is the newest version", [ours, newer]],
    ["is followed by the password of an interrupted run", [newer, ours]],
  ])("get the current password if it %s", async (_when, versions) => {
    const { vault } = vaultWith(versions);
    expect(await vault.whyUnavailable(stored("a"), known, slots)).toBeUndefined();
  });

  test.each<[string, HeldVersion[], string]>([
    ["the secret is gone", [], "the secret was deleted outside of this state"],
    ["its version is gone", [newer], "the secret was replaced outside of this state"],
    [
      "its version is disabled",
      [{ ...ours, isEnabled: false }],
      "its version of the secret was disabled outside of this state",
    ],
    ...[
      ["a newer version is someone else's", foreignVersion("b")] as const,
      [
        "a newer version is another token's",
        version("b", "password2", february, { username: "other" }),
      ] as const,
      ["a newer version is disabled", { ...newer, isEnabled: false }] as const,
      ["a newer version is a copy of its version", version("b", "password1", january)] as const,
      ["the password of a newer version does not work any more", version("b", "password2", january)] as const,
    ].map(([when, newest]): [string, HeldVersion[], string] => [
      when,
      [newest, ours],
      "a newer version of the secret was written outside of this state: b",
    ]),
  ])("do not get the current password if %s", async (_when, versions, reason) => {
    const { vault } = vaultWith(versions);
    expect(await vault.whyUnavailable(stored("a"), known, slots)).toBe(reason);
  });
});

describe("forgetting a secret", () => {
  test("deletes a secret that holds a version of the token, beside those of others", async () => {
    const { vault, secret } = vaultWith([foreignVersion("b"), ours]);
    await vault.forget();
    expect(secret.calls).toEqual(["versions", "delete"]);
  });

  test.each<[string, HeldVersion[]]>([
    ["does not exist", []],
    ["someone else wrote", [foreignVersion("b")]],
    ["another token has", [version("b", "password1", january, { username: "other" })]],
  ])("deletes no secret that %s", async (_what, versions) => {
    const { vault, secret } = vaultWith(versions);
    await vault.forget();
    expect(secret.calls).toEqual(["versions"]);
  });
});
