import type { Properties } from "provider-server";
import { describe, expect, test } from "vitest";
import {
  readLastInputs,
  readSavedInputs,
  readSavedOutputs,
} from "../../../components/provider/tokenCredentials/savedState";
import { tokenId } from "./tokenId";

const slot = { version: 1, madeOn: "2026-01-01" };
const inputs = { tokenId, current: "password1", slots: { password1: slot, password2: slot } };
const held = { name: "password1", creationTime: "2026-01-01T00:00:00Z", expiry: null };
const outputs = { username: "t", passwords: [{ ...held, value: "hush" }] };

describe("saved inputs", () => {
  test("are read as they are; none are those of a new resource", () => {
    expect(readSavedInputs("urn", inputs)).toEqual(inputs);
    expect(readLastInputs("urn", inputs)).toEqual(inputs);
    expect(readLastInputs("urn", {})).toBeUndefined();
  });

  test.each<[unknown, string]>([
    ["lost", "slots.password1 must be a map, got one of type string"],
    [{ version: 0 }, "slots.password1.version must be a whole number from 1, got 0"],
    [{ version: 1.5 }, "slots.password1.version must be a whole number from 1, got 1.5"],
    [{ version: "1" }, 'slots.password1.version must be a whole number from 1, got "1"'],
    [{ lost: 7 }, "slots.password1.lost must be a text, got one of type number"],
  ])("with the slot %j are refused", (password1, reason) => {
    const edited = { ...inputs, slots: { password1, password2: slot } } as unknown as Properties;
    expect(() => readSavedInputs("urn", edited)).toThrow(`the saved state of urn is not valid: ${reason}. `);
  });
});

describe("saved outputs", () => {
  test.each<[string, object]>([
    ["with passwords", outputs],
    ["with passwords that a create has not seen accepted", { ...outputs, awaited: true }],
    ["without such passwords", { ...outputs, awaited: false }],
    ["with addresses", { username: "t", passwords: [], stored: [{ ...held, versionId: "a" }] }],
  ])("%s are read as they are", (_what, saved) => {
    expect(readSavedOutputs("urn", saved as Properties)).toEqual(saved);
  });

  test("with addresses alone have no passwords", () => {
    const saved = { username: "t", stored: [] };
    expect(readSavedOutputs("urn", saved)).toEqual({ ...saved, passwords: [] });
  });

  test.each<[object, string]>([
    [{ ...outputs, awaited: "yes" }, 'awaited must be one of true, false, got "yes"'],
    [{ ...outputs, stored: {} }, "stored must be a list, got one of type object"],
    [{ ...outputs, stored: [held] }, "stored[0].versionId must be a text, got nothing"],
    [
      { ...outputs, stored: [{ ...held, name: "a", versionId: "v" }] },
      'stored[0].name must be one of password1, password2, got "a"',
    ],
    [
      { ...outputs, passwords: [{ ...held, creationTime: 2026, value: "hush" }] },
      "passwords[0].creationTime must be a time such as 2026-11-24T12:00:00Z, got 2026",
    ],
    [
      { ...outputs, passwords: [{ ...held, expiry: "never", value: "hush" }] },
      'passwords[0].expiry must be a time such as 2026-11-24T12:00:00Z, got "never"',
    ],
  ])("%j are refused", (saved, reason) => {
    expect(() => readSavedOutputs("urn", saved as Properties)).toThrow(
      `the saved state of urn is not valid: ${reason}. `,
    );
  });
});
