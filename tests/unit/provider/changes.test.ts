import type { Properties } from "provider-server";
import { expect, test } from "vitest";
import { changes, isSame } from "../../../components/provider/tokenCredentials/changes";
import { tokenId } from "./tokenId";

const slot = { version: 1, madeOn: "2026-01-01" };
const inputs = { tokenId, current: "password1", slots: { password1: slot, password2: slot } };
const outputs = {
  username: "t",
  loginServer: "myregistry.azurecr.io",
  passwords: [{ name: "password1", creationTime: "2026-01-01T00:00:00Z", expiry: null, value: "hush" }],
};
const changesOf = (more: object, news: object = {}) =>
  changes("urn", { id: "id", inputs, outputs: { ...outputs, ...more } as Properties }, {
    ...inputs,
    ...news,
  } as Properties);

test("nothing changes if the inputs are those of the state", () => {
  expect(changesOf({})).toEqual({ hasChanges: false });
  expect(changesOf({ awaited: false }, { tokenId: tokenId.toUpperCase(), waitUntilLive: false })).toEqual({
    hasChanges: false,
  });
});

test("another token replaces", () => {
  expect(changesOf({}, { tokenId: `${tokenId}-2` })).toEqual({ hasChanges: true, replaces: ["tokenId"] });
});

test.each<[string, object]>([
  ["passwords that a create has not seen accepted", { awaited: true }],
  ["another expiry than the requested one", { deviating: ["password1"] }],
  ["no login server, as in a state of 0.1.0", { loginServer: undefined }],
  ["another day of the next rotation", { rotatesOn: "2026-02-01" }],
])("a state with %s is updated", (_what, more) => {
  expect(changesOf(more)).toEqual({ hasChanges: true });
});

test("a missing flag is false", () => {
  expect([isSame(undefined, false), isSame(false, null), isSame(true, false)]).toEqual([true, true, false]);
});
