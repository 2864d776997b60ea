/** What a delete leaves of a secret: nothing, or what the resource that replaces this one has in it. */
import type { Properties } from "provider-server";
import { beforeEach, expect, test, vi } from "vitest";
import type { PasswordWriter } from "../../../../components/provider/tokenCredentials/passwordWriter";
import type {
  Inputs,
  SavedOutputs,
  StoredPassword,
} from "../../../../components/provider/tokenCredentials/state";
import { VaultLifeCycle } from "../../../../components/provider/tokenCredentials/vault/vaultLifeCycle";
import { tokenId } from "../tokenId";
import { address, emptyVaults, hold, owner, version } from "./fakeSecret";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const urn = "urn";
const then = "2026-01-01T00:00:00.000Z";
const slot = { version: 1, madeOn: "2026-01-01" };
const inputs: Inputs = {
  tokenId,
  keyVault: address,
  current: "password1",
  slots: { password1: slot, password2: slot },
};
const stored: StoredPassword[] = [
  { name: "password1", creationTime: then, expiry: null, versionId: "a" },
  { name: "password2", creationTime: then, expiry: null, versionId: "b" },
];
const saved = (versions: readonly StoredPassword[] | undefined): SavedOutputs => ({
  username: owner.username,
  loginServer: "myregistry.azurecr.io",
  passwords: [],
  stored: versions,
});

let lifeCycle: VaultLifeCycle;

beforeEach(() => {
  emptyVaults();
  const writer = { slotsOnAzure: async () => [] } as unknown as PasswordWriter;
  lifeCycle = new VaultLifeCycle(() => new Date(then), new AbortController().signal, writer);
});

/** The secret of a resource, and as check of its replacement sees that one: with the same secret. */
const both = () => hold(address, [version("b", "password2", then), version("a", "password1", then)]);
const replaced = () =>
  lifeCycle.plan(urn, undefined, { inputs: inputs as unknown as Properties, failures: [] });

test("the versions are disabled, and then the secret is deleted", async () => {
  const secret = both();
  await lifeCycle.delete(urn, inputs, saved(stored), []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a", "versions", "delete"]);
});

test("a resource without keyVault has no secret to delete", async () => {
  const secret = both();
  await lifeCycle.delete(urn, { ...inputs, keyVault: undefined }, saved(stored), []);
  expect(secret.calls).toEqual([]);
});

test("without passwords the secret is deleted all the same", async () => {
  const secret = both();
  await lifeCycle.delete(urn, inputs, saved(undefined), []);
  expect(secret.calls.at(-1)).toBe("delete");
});

test("the secret stays if the replacement has it, and the versions of this resource are disabled", async () => {
  const secret = both();
  await replaced();
  secret.calls.length = 0;
  await lifeCycle.delete(urn, inputs, saved(stored), []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a"]);
});

test.each<[string, string, string[]]>([
  ["the version of a password that stays", "a", ["b"]],
  ["another version of it", "c", ["b", "a"]],
])("a replacement that has %s keeps what it has, and the rest is disabled", async (_, live, ended) => {
  const secret = both();
  await replaced();
  lifeCycle.saw(urn, inputs, saved([{ ...(stored[0] as StoredPassword), versionId: live }]));
  secret.calls.length = 0;
  await lifeCycle.delete(urn, inputs, saved(stored), ["password1"]);
  expect(secret.calls).toEqual(["versions", ...ended.map((id) => `disable ${id}`)]);
});

test("a password that does not stay is disabled, even if the replacement has its version", async () => {
  const secret = both();
  await replaced();
  lifeCycle.saw(urn, inputs, saved(stored));
  secret.calls.length = 0;
  await lifeCycle.delete(urn, inputs, saved(stored), []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a"]);
});

test("a replacement of an earlier run is none", async () => {
  const secret = both();
  await replaced();
  lifeCycle.newRun();
  await lifeCycle.delete(urn, inputs, saved(stored), []);
  expect(secret.calls.at(-1)).toBe("delete");
});
