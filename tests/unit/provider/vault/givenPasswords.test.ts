import { type Properties, secret, unknown } from "provider-server";
import { expect, test } from "vitest";
import type { Inputs } from "../../../../components/provider/tokenCredentials/state";
import { GivenPasswords } from "../../../../components/provider/tokenCredentials/vault/givenPasswords";

const keyVault = { vaultUri: "https://myvault.vault.azure.net/", secretName: "s" };
const adopt = { password1: "hush", regenerate: "password2" };
const named = { password1: "[the given password1]", regenerate: "password2" };

test("the values stay in the process, and the inputs name the passwords", () => {
  const given = new GivenPasswords();
  const inputs = given.takeOut("urn", { keyVault, adopt: secret(adopt), tokenId: "id" });
  expect(inputs).toEqual({ keyVault, adopt: named, tokenId: "id" });
  expect(given.putBack("urn", inputs as unknown as Inputs)).toEqual({ keyVault, adopt, tokenId: "id" });
});

test("a value that a preview does not know yet stays as it is", () => {
  const inputs = new GivenPasswords().takeOut("urn", { keyVault, adopt: { password1: unknown } });
  expect(inputs.adopt).toEqual({ password1: unknown });
});

test("without keyVault, or without adopt, nothing is taken out or put back", () => {
  const given = new GivenPasswords();
  for (const inputs of [{ adopt }, { keyVault }] as Properties[]) {
    expect(given.takeOut("urn", inputs)).toBe(inputs);
    expect(given.putBack("urn", inputs as unknown as Inputs)).toBe(inputs);
  }
});

test("a create whose passwords are not known, since another process has checked them, says so", () => {
  const given = new GivenPasswords();
  expect(() => given.putBack("urn", { keyVault, adopt: named } as unknown as Inputs)).toThrow(
    "the passwords in adopt of urn are not known, because another process of the provider has checked them. Nothing has been changed: run pulumi up again",
  );
});
