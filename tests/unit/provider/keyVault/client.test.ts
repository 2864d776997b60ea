import { describe, expect, test } from "vitest";
import { vaultClient } from "../../../../components/provider/keyVault/client";

const signal = new AbortController().signal;

describe("a vault's host", () => {
  test.each([
    ["public", "https://myvault.vault.azure.net.evil.example/", "it must be below vault.azure.net"],
    ["public", "https://evilvault.azure.net/", "it must be below vault.azure.net"],
    ["public", "https://myvault.vault.usgovcloudapi.net/", "it must be below vault.azure.net"],
    ["usgovernment", "https://myvault.vault.azure.net/", "it must be below vault.usgovcloudapi.net"],
    ["china", "https://127.0.0.1/", "it must be below vault.azure.cn"],
  ])("of the cloud %s is not %s, and no token is asked for", async (environment, vaultUri, allowed) => {
    await expect(vaultClient({ environment }, vaultUri, signal)).rejects.toThrow(
      `${new URL(vaultUri).host} is not the host of a key vault of this cloud: ${allowed}, and nothing is sent to other hosts: correct keyVault.vaultUri`,
    );
  });

  test.each([
    ["public", "https://myvault.vault.azure.net/"],
    ["usgovernment", "https://myvault.vault.usgovcloudapi.net/"],
    ["china", "https://myvault.vault.azure.cn/"],
  ])("of the cloud %s may be %s, with one client for each", async (environment, vaultUri) => {
    const settings = { environment, clientId: "client", clientSecret: "hush", tenantId: "tenant" };
    const client = await vaultClient(settings, vaultUri, signal);
    expect(await vaultClient(settings, vaultUri, signal)).toBe(client);
    expect(await vaultClient({ ...settings, clientId: "other" }, vaultUri, signal)).not.toBe(client);
  });
});
