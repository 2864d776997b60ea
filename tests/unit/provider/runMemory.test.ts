import { beforeEach, expect, test } from "vitest";
import { RunMemory } from "../../../components/provider/tokenCredentials/runMemory";
import type { Inputs, StoredPassword } from "../../../components/provider/tokenCredentials/state";

const slot = { version: 1, madeOn: "2026-01-01" };
const inputs: Inputs = { tokenId: "id", current: "password1", slots: { password1: slot, password2: slot } };
const value = (name: "password1" | "password2", text: string) => ({
  name,
  value: text,
  creationTime: "2026-01-01T00:00:00Z",
  expiry: null,
});
const storedAs = (versionId: string) => ({ name: "password1", versionId }) as StoredPassword;

let memory: RunMemory;

beforeEach(() => {
  memory = new RunMemory();
});

test("a create replaces the resource in the state if both have one token, in any letter case", () => {
  memory.sawSaved("urn", { tokenId: "id" });
  expect(memory.isReplacement("urn", "ID")).toBe(true);
  expect(memory.isReplacement("urn", "other")).toBe(false);
  expect(memory.isReplacement("other urn", "id")).toBe(false);
});

test("a create replaces no resource that a refresh has found gone", () => {
  memory.sawSaved("urn", { tokenId: "id" });
  memory.sawGone("urn");
  expect(memory.isReplacement("urn", "id")).toBe(false);
});

const again =
  "urn was replaced, but password1 stayed the same, because the program still has the argument adopt";

test("a replacement that adopts a password of the replaced resource is refused", () => {
  const passwords = [value("password1", "one"), value("password2", "two")];
  memory.sawCreated("urn", { adopt: { password1: "one" } });
  expect(() => memory.requireEnded("urn", { passwords })).toThrow(again);
  expect(() => memory.requireEnded("urn", { passwords: [value("password1", "other")] })).not.toThrow();
  expect(() => memory.requireEnded("other urn", { passwords })).not.toThrow();
});

test("a replacement that adopts a version of the secret is refused", () => {
  memory.sawStored("urn", [storedAs("a")]);
  expect(() => memory.requireEnded("urn", { passwords: [], stored: [storedAs("a")] })).toThrow(again);
  expect(() => memory.requireEnded("urn", { passwords: [], stored: [storedAs("b")] })).not.toThrow();
});

test("the identity is the identity that the run used, or none", () => {
  const saved = { tokenId: "id", azure: { clientId: "saved" } };
  expect(memory.identityFor(saved)).toEqual({ clientId: "saved" });
  memory.usedIdentity({ tokenId: "id", azure: { clientId: "used" } });
  expect(memory.identityFor(saved)).toEqual({ clientId: "used" });
  memory.usedIdentity({ tokenId: "id" });
  expect(memory.identityFor(saved)).toBeUndefined();
});

test("the slots that are not ours are those of adopted passwords, and those that are left alone", () => {
  expect(memory.slotsNotOurs("id")).toEqual([]);
  memory.sawSlots(inputs, {});
  expect(memory.slotsNotOurs("id")).toEqual([]);
  memory.sawSlots(inputs, { adopted: ["password2"] });
  expect(memory.slotsNotOurs("ID")).toEqual(["password2"]);
  const unmanaged = { version: 1, unmanaged: "generated outside of this state" };
  memory.sawSlots({ ...inputs, slots: { password1: unmanaged, password2: slot } }, {});
  expect(memory.slotsNotOurs("id")).toEqual(["password1"]);
});
