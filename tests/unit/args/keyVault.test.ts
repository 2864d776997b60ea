import { describe, expect, test } from "vitest";
import { checkKeyVault, normalKeyVault, secretIdOf } from "../../../components/args/keyVault";

const vaultUri = "https://myvault.vault.azure.net/";

describe("the argument keyVault", () => {
  test.each([
    { vaultUri },
    { vaultUri: "https://myvault.vault.azure.net" },
    { vaultUri: "HTTPS://MyVault.vault.azure.net/", secretName: "a" },
    { vaultUri: "https://127.0.0.1:8443/", secretName: "Edge-1-password" },
    { vaultUri, secretName: null },
  ])("may be %j", (keyVault) => {
    expect(checkKeyVault(keyVault)).toEqual([]);
  });

  test.each<[unknown, string, string]>([
    ["myvault", "keyVault", "must be a map with vaultUri and optionally secretName, got one of type string"],
    [null, "keyVault", "must be a map"],
    [[vaultUri], "keyVault", "got one of type list"],
    [{}, "keyVault.vaultUri", "is required"],
    [{ vaultUri: null }, "keyVault.vaultUri", "is required"],
    [{ vaultUri: `x${vaultUri}` }, "keyVault.vaultUri", "must be the address of a vault"],
    [{ vaultUri: "myvault" }, "keyVault.vaultUri", "must be the address of a vault such as"],
    [{ vaultUri: "http://myvault.vault.azure.net" }, "keyVault.vaultUri", 'got "http://'],
    [{ vaultUri: `${vaultUri}secrets/x` }, "keyVault.vaultUri", "must be the address of a vault"],
    [{ vaultUri: `${vaultUri}?x` }, "keyVault.vaultUri", "must be the address of a vault"],
    [{ vaultUri: "https://user@myvault.vault.azure.net/" }, "keyVault.vaultUri", "must be the address"],
    [{ vaultUri: "https://a.vault.azure.net\n" }, "keyVault.vaultUri", "must be the address"],
    [{ vaultUri: 7 }, "keyVault.vaultUri", "got 7"],
    [
      { vaultUri, secretName: "" },
      "keyVault.secretName",
      'must be 1 to 127 letters, digits and hyphens, got ""',
    ],
    [{ vaultUri, secretName: 7 }, "keyVault.secretName", "got 7"],
    [{ vaultUri, secretName: "a_b" }, "keyVault.secretName", 'got "a_b"'],
    [{ vaultUri, secretName: "a".repeat(128) }, "keyVault.secretName", "must be 1 to 127"],
    [{ vaultUri, secretName: "a/b" }, "keyVault.secretName", "must be 1 to 127"],
    [{ vaultUri, name: "a" }, "keyVault.name", "is not known: there are vaultUri, secretName"],
  ])("may not be %j", (keyVault, property, reason) => {
    expect(checkKeyVault(keyVault)).toEqual([{ property, reason: expect.stringContaining(reason) }]);
  });

  test("has one normal form, with the token's name in the default of the secret's", () => {
    expect(normalKeyVault({ vaultUri: "https://MyVault.vault.azure.net" }, "edge-1")).toEqual({
      vaultUri,
      secretName: "edge-1-password",
    });
    expect(secretIdOf({ vaultUri, secretName: "Mine" })).toBe("https://myvault.vault.azure.net/secrets/Mine");
  });
});
