import { expect, test } from "vitest";
import type { StoredPassword } from "../../../../components/provider/tokenCredentials/state";
import { VaultSecrets } from "../../../../components/provider/tokenCredentials/vault/vaultSecrets";

const keyVault = { vaultUri: "https://myvault.vault.azure.net/", secretName: "s" };
const other = { ...keyVault, secretName: "other" };
const stored = (versionId: string) => ({ stored: [{ versionId } as StoredPassword] });
const newSecrets = () => new VaultSecrets(new AbortController().signal);

test("a resource in the state has its secret and the versions of it", () => {
  const secrets = newSecrets();
  secrets.saw("urn", { keyVault }, stored("a"));
  expect(secrets.isInherited("urn", { keyVault })).toBe(true);
  expect(secrets.isInherited("urn", { keyVault: other })).toBe(false);
  expect(secrets.isInherited("urn", {})).toBe(false);
  expect(secrets.isLive("urn", "a")).toBe(true);
  expect(secrets.isLive("urn", "b")).toBe(false);
  expect(secrets.isLive("another urn", "a")).toBe(false);
});

test("a resource that gave up keyVault has none any more", () => {
  const secrets = newSecrets();
  secrets.saw("urn", { keyVault }, stored("a"));
  secrets.saw("urn", {}, {});
  expect(secrets.isInherited("urn", { keyVault })).toBe(false);
  expect(secrets.isLive("urn", "a")).toBe(false);
});

test("a replacement with the same secret is its successor", () => {
  const secrets = newSecrets();
  secrets.wants("urn", keyVault);
  secrets.saw("urn", { keyVault }, stored("a"));
  expect(secrets.hasSuccessor("urn", keyVault)).toBe(true);
  expect(secrets.hasSuccessor("urn", other)).toBe(false);
});
