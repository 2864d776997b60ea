import { describe, expect, test } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import type { Slot } from "../../../components/provider/tokenCredentials/schedule";
import {
  type Inputs,
  outputsOf,
  rotationInfo,
  slotsToRegenerate,
  stillListed,
} from "../../../components/provider/tokenCredentials/state";

const made: Slot = { version: 1, madeOn: "2026-01-01" };
const inputsWith = (password1: Slot, password2: Slot): Inputs => ({
  tokenId: "id",
  current: "password2",
  slots: { password1, password2 },
});
const held = (name: SlotName) => ({ name, value: "hush", creationTime: "2026-01-01", expiry: null });
const saved = { username: "t", loginServer: "registry.azurecr.io", passwords: [] };

test("a lost current password is no output", () => {
  expect(outputsOf(inputsWith(made, made) as never, saved)).not.toHaveProperty("password");
});

test("without passwords there is no expiry", () => {
  expect(rotationInfo(inputsWith(made, made), {})).toEqual({ expiry: null, rotatesOn: null });
});

describe("the slots that someone else generated, or that have another expiry", () => {
  test("are left while their passwords stay", () => {
    const staying = [held("password2")];
    const both: SlotName[] = ["password1", "password2"];
    expect(stillListed("adopted", { adopted: both }, staying)).toEqual({ adopted: ["password2"] });
    expect(stillListed("deviating", { deviating: both }, staying)).toEqual({ deviating: ["password2"] });
  });

  test("are not mentioned if there is none", () => {
    const staying = [held("password1"), held("password2")];
    expect([stillListed("adopted", {}, staying), stillListed("deviating", {}, staying)]).toEqual([{}, {}]);
    expect(stillListed("deviating", { deviating: ["password1"] }, [])).toEqual({});
  });
});

describe("an update regenerates", () => {
  const before = inputsWith(made, made);
  const deviating: SlotName[] = ["password1", "password2"];

  test("each slot with a new version in the schedule", () => {
    const inputs = inputsWith({ ...made, version: 2 }, made);
    expect(slotsToRegenerate(before, inputs, { ...saved, deviating })).toEqual(["password1"]);
  });

  test("a password with another expiry than the requested, unless it is cleared", () => {
    expect(slotsToRegenerate(before, before, { ...saved, deviating })).toEqual(deviating);
    const inputs = inputsWith({ version: 1, cleared: "its overlap has ended" }, made);
    expect(slotsToRegenerate(before, inputs, { ...saved, deviating })).toEqual(["password2"]);
  });
});

describe("with keyVault the outputs have", () => {
  const keyVault = { vaultUri: "https://myvault.vault.azure.net/", secretName: "mysecret" };
  const version = (name: SlotName) => {
    const { value: _, ...password } = held(name);
    return { ...password, versionId: `${keyVault.vaultUri}secrets/mysecret/${name}` };
  };
  const outputs = (stored: SlotName[], inputs: object = { keyVault }) =>
    outputsOf({ ...inputsWith(made, { ...made, expiresOn: "2026-02-01" }), ...inputs } as never, {
      username: "t",
      loginServer: "registry.azurecr.io",
      passwords: [],
      stored: stored.map(version),
    });

  test("the addresses of the secret and of the current password, and when it rotates", () => {
    expect(outputs(["password1", "password2"])).toMatchObject({
      username: "t",
      passwordSecretId: `${keyVault.vaultUri}secrets/mysecret`,
      passwordSecretVersionId: `${keyVault.vaultUri}secrets/mysecret/password2`,
      rotatesOn: "2026-01-16",
    });
  });

  test("no address of a current password that is lost", () => {
    expect(outputs(["password1"])).not.toHaveProperty("passwordSecretVersionId");
  });

  test("no address of a secret that the program does not name", () => {
    expect(outputs(["password1"], {})).not.toHaveProperty("passwordSecretId");
  });
});
