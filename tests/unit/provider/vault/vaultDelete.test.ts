/** What a delete leaves of a secret: nothing, or what the resource that replaces this one has in it. */
import { beforeEach, expect, test, vi } from "vitest";
import { address, hold, version } from "./fakeSecret";
import { earlier, inputs, made, saved, storedAs, urn, VaultWithToken } from "./vaultWithToken";

vi.mock(
  "../../../../components/provider/keyVault/secret",
  async () => (await import("./fakeSecret.js")).fakeSecretModule,
);

const state = inputs("password1", made, made);
const outputs = saved({ stored: [storedAs("password1", "a"), storedAs("password2", "b")] });

let token: VaultWithToken;

beforeEach(() => {
  token = new VaultWithToken();
});

/** The secret of a resource, and as check of its replacement sees that one: with the same secret. */
const both = () => hold(address, [version("b", "password2", earlier), version("a", "password1", earlier)]);
const replaced = () => token.plan(undefined, state);

test("the versions are disabled, and then the secret is deleted", async () => {
  const secret = both();
  await token.lifeCycle.delete(urn, state, outputs, []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a", "versions", "delete"]);
});

test("a resource without keyVault has no secret to delete", async () => {
  const secret = both();
  await token.lifeCycle.delete(urn, { ...state, keyVault: undefined }, outputs, []);
  expect(secret.calls).toEqual([]);
});

test("without passwords the secret is deleted all the same", async () => {
  const secret = both();
  await token.lifeCycle.delete(urn, state, saved({}), []);
  expect(secret.calls.at(-1)).toBe("delete");
});

test("the secret stays if the replacement has it, and the versions of this resource are disabled", async () => {
  const secret = both();
  await replaced();
  secret.calls.length = 0;
  await token.lifeCycle.delete(urn, state, outputs, []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a"]);
});

test.each<[string, string, string[]]>([
  ["the version of a password that stays", "a", ["b"]],
  ["another version of it", "c", ["b", "a"]],
])("a replacement that has %s keeps what it has, and the rest is disabled", async (_, live, ended) => {
  const secret = both();
  await replaced();
  token.lifeCycle.saw(urn, state, saved({ stored: [storedAs("password1", live)] }));
  secret.calls.length = 0;
  await token.lifeCycle.delete(urn, state, outputs, ["password1"]);
  expect(secret.calls).toEqual(["versions", ...ended.map((id) => `disable ${id}`)]);
});

test("a password that does not stay is disabled, even if the replacement has its version", async () => {
  const secret = both();
  await replaced();
  token.lifeCycle.saw(urn, state, outputs);
  secret.calls.length = 0;
  await token.lifeCycle.delete(urn, state, outputs, []);
  expect(secret.calls).toEqual(["versions", "disable b", "disable a"]);
});
