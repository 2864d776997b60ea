/** The first preview does not know the token, and still says what is wrong with the vault. */
import { unknown } from "provider-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { arm } from "../../packages/local-azure/tests/support.js";
import { makeVault } from "../../packages/local-azure/tests/vaultSupport.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";

let environment: TestEnvironment;
let vault: TestVault;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  vault = await TestVault.create(environment);
});

afterAll(() => environment?.close());

const withSecret = (secretName: string) => ({
  tokenId: unknown,
  generation: unknown,
  keyVault: { vaultUri: vault.uri, secretName },
});

async function setVault(properties: object) {
  await makeVault(environment.azure, await arm(environment.azure), properties);
}

afterEach(() => setVault({}));

describe("the preview of a token that does not exist yet", () => {
  test("refuses a secret of someone else, with what to do", async () => {
    await vault.write("foreign", "mine", { owner: "someone" });
    await expect(environment.credentials().preview(withSecret("foreign"))).rejects.toThrow(
      /keyVault cannot be used: secret foreign of the vault \S+ was not written by this provider/,
    );
    await vault.send("DELETE", "secrets/foreign");
    await expect(environment.credentials().preview(withSecret("foreign"))).rejects.toThrow(
      "It is deleted, and its name is taken until it is purged",
    );
  });

  test.each([
    [
      "a firewall that refuses this machine",
      { networkAcls: { defaultAction: "Deny" } },
      /ForbiddenByFirewall/,
    ],
    [
      "a permission that is missing",
      { enableRbacAuthorization: false, accessPolicies: [] },
      /AccessDenied .*; add an access policy/,
    ],
  ])("names %s", async (_, properties, said) => {
    await setVault(properties);
    await expect(environment.credentials().preview(withSecret("new"))).rejects.toThrow(said);
  });

  test("goes on with a free name, and with the secret of an earlier token that was deleted", async () => {
    expect((await environment.credentials().preview(withSecret("free"))).operation).toBe("create");
    const tokenId = await environment.newToken();
    const credentials = environment.credentials();
    const secretName = `${nameOf(tokenId)}-password`;
    await credentials.up({ tokenId, keyVault: { vaultUri: vault.uri } });
    await credentials.destroy();
    expect((await environment.credentials().preview(withSecret(secretName))).operation).toBe("create");
  });

  test("asks nobody if it does not know the vault either", async () => {
    const args = { ...withSecret("new"), keyVault: { vaultUri: unknown, secretName: "new" } };
    const requests = await environment.requestsOf(() => environment.credentials().preview(args));
    expect(requests).toEqual([]);
  });
});
