import type { LocalAzure } from "local-azure";
import { beforeEach, describe, expect, test } from "vitest";
import { type Arm, arm, group, HandClock, startAzure } from "./support.js";
import { makeVault, vaultBody, vaultPath, vaultSender } from "./vaultSupport.js";

let azure: LocalAzure;
let request: Arm;

beforeEach(async () => {
  azure = await startAzure({ now: new HandClock().now });
  request = await arm(azure);
});

const inSubscription = (below: string) =>
  `/subscriptions/${azure.connection.subscriptionId}/providers/Microsoft.KeyVault${below}`;

describe("a vault", () => {
  test("is created: 200, RegisteringDns, then Succeeded, with Azure's defaults", async () => {
    const created = await request("PUT", vaultPath(azure), vaultBody(azure, {}, { tags: { a: "b" } }));

    expect(created.status).toBe(200);
    expect(created.headers["azure-asyncoperation"]).toBeUndefined();
    expect(created.body.properties.provisioningState).toBe("RegisteringDns");
    expect((await request("GET", vaultPath(azure))).body).toMatchObject({
      id: vaultPath(azure),
      name: "myvault",
      type: "Microsoft.KeyVault/vaults",
      location: "westeurope",
      tags: { a: "b" },
      systemData: { createdBy: azure.connection.clientId },
      properties: {
        sku: { family: "A", name: "standard" },
        tenantId: azure.connection.tenantId,
        accessPolicies: [],
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enableRbacAuthorization: true,
        vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/),
        provisioningState: "Succeeded",
        publicNetworkAccess: "Enabled",
      },
    });
  });

  test("is created within the duration of operations", async () => {
    azure = await startAzure({ operationMs: 300 });
    request = await arm(azure);
    await makeVault(azure, request);
    const state = async () => (await request("GET", vaultPath(azure))).body.properties.provisioningState;

    expect(await state()).toBe("RegisteringDns");
    await expect.poll(state, { timeout: 5_000 }).toBe("Succeeded");
  });

  test("is replaced by a PUT, and listed", async () => {
    const uri = await makeVault(azure, request);
    const changed = vaultBody(azure, { enableRbacAuthorization: false, accessPolicies: [] });

    const { status, body } = await request("PUT", vaultPath(azure), changed);

    expect(status).toBe(200);
    expect(body.properties).toMatchObject({ enableRbacAuthorization: false, vaultUri: uri });
    for (const path of [vaultPath(azure, "", ""), inSubscription("/vaults")]) {
      const { value } = (await request("GET", path)).body;
      expect(value.map(({ name }: { name: string }) => name)).toEqual(["myvault"]);
    }
    const resources = `/subscriptions/${azure.connection.subscriptionId}/resourceGroups/${group}/resources`;
    const { value } = (
      await request(
        "GET",
        `${resources}?api-version=2022-12-01&$filter=resourceType eq 'Microsoft.KeyVault/vaults'`,
      )
    ).body;
    expect(value).toMatchObject([{ name: "myvault", type: "Microsoft.KeyVault/vaults" }]);
  });

  test("is deleted: 200, then 204; its name stays in use until it is recovered or purged", async () => {
    const uri = await makeVault(azure, request);
    const send = await vaultSender(azure, uri);
    await request("PUT", vaultPath(azure, "/secrets/one"), { properties: { value: "v" } });
    expect((await request("DELETE", vaultPath(azure))).status).toBe(200);
    expect((await request("DELETE", vaultPath(azure))).status).toBe(204);
    expect((await request("GET", vaultPath(azure))).body.error.code).toBe("ResourceNotFound");
    expect((await send("GET", "secrets/one")).status).toBe(404);

    const again = await request("PUT", vaultPath(azure), vaultBody(azure));
    expect([again.status, again.body.error.code]).toEqual([409, "ConflictError"]);
    const deleted = inSubscription("/locations/westeurope/deletedVaults/myvault");
    expect((await request("GET", deleted)).body).toMatchObject({
      id: deleted,
      type: "Microsoft.KeyVault/deletedVaults",
      properties: {
        vaultId: vaultPath(azure),
        deletionDate: "2030-01-01T00:00:00.000Z",
        scheduledPurgeDate: "2030-04-01T00:00:00.000Z",
      },
    });
    expect((await request("GET", inSubscription("/deletedVaults"))).body.value).toHaveLength(1);

    const recovered = await request("PUT", vaultPath(azure), vaultBody(azure, { createMode: "recover" }));
    expect(recovered.status).toBe(200);
    expect((await send("GET", "secrets/one")).body.value).toBe("v");

    await request("DELETE", vaultPath(azure));
    // In a version that resource groups never had: the operation belongs to Key Vault.
    const purged = await request("POST", `${deleted}/purge?api-version=2026-02-01`);
    expect(purged.status).toBe(202);
    expect((await request("GET", String(purged.headers.location))).status).toBe(200);
    expect((await request("GET", deleted)).body.error.code).toBe("DeletedVaultNotFound");
    expect((await request("PUT", vaultPath(azure), vaultBody(azure))).status).toBe(200);
    expect((await request("GET", vaultPath(azure, "/secrets/one"))).status).toBe(404);
  });

  test("is deleted with its resource group, and can be recovered afterwards", async () => {
    await makeVault(azure, request);
    const { headers } = await request(
      "DELETE",
      `/subscriptions/${azure.connection.subscriptionId}/resourceGroups/${group}`,
    );
    await request("GET", String(headers.location));

    expect((await request("GET", inSubscription("/deletedVaults"))).body.value).toHaveLength(1);
  });

  test("with purge protection cannot be purged", async () => {
    await makeVault(azure, request, { enablePurgeProtection: true });
    await request("DELETE", vaultPath(azure));

    const deleted = inSubscription("/locations/westeurope/deletedVaults/myvault");
    const { status, body } = await request("POST", `${deleted}/purge`);

    expect([status, body.error.code]).toEqual([400, "DeletedVaultPurge"]);
  });
});

describe("a vault is refused", () => {
  test.each(["ab", "1vault", "my--vault", "vault-", "v".repeat(25), "my_vault"])(
    "with the name %s: VaultNameNotValid",
    async (name) => {
      const { status, body } = await request("PUT", vaultPath(azure, "", name), vaultBody(azure));
      expect([status, body.error.code]).toEqual([400, "VaultNameNotValid"]);
    },
  );

  test.each<[string, object, object, RegExp]>([
    ["without a location", {}, { location: undefined }, /'location' is missing/],
    ["without properties", {}, { properties: undefined }, /'properties' is missing/],
    ["without a tenant", { tenantId: undefined }, {}, /'properties.tenantId' is missing/],
    [
      "of another tenant",
      { tenantId: "44444444-4444-4444-8444-444444444444" },
      {},
      /is not the subscription's tenant/,
    ],
    ["without a SKU", { sku: undefined }, {}, /'properties.sku' is missing/],
    ["with an invalid SKU", { sku: { family: "A", name: "big" } }, {}, /the SKU 'A big' is invalid/],
    [
      "without access policies and without roles",
      { enableRbacAuthorization: false },
      {},
      /accessPolicies' is missing/,
    ],
    [
      "with a policy without an objectId",
      { accessPolicies: [{ permissions: {}, tenantId: "11111111-1111-4111-8111-111111111111" }] },
      {},
      /objectId' is missing/,
    ],
    ["with a too short retention", { softDeleteRetentionInDays: 6 }, {}, /must be 7 to 90/],
    ["without soft delete", { enableSoftDelete: false }, {}, /enableSoftDelete cannot/],
    ["that disables purge protection", { enablePurgeProtection: false }, {}, /enablePurgeProtection cannot/],
    ["with another createMode", { createMode: "again" }, {}, /must be default or recover/],
  ])("%s", async (_, properties, rest, message) => {
    const { status, body } = await request("PUT", vaultPath(azure), vaultBody(azure, properties, rest));

    expect([status, body.error.code]).toEqual([400, "BadRequest"]);
    expect(body.error.message).toMatch(message);
  });

  test("if its name is in use, even in another subscription: VaultAlreadyExists", async () => {
    await makeVault(azure, request);
    const { other } = azure.connection;
    const second = await arm(azure, other);
    const elsewhere = `/subscriptions/${other.subscriptionId}/resourceGroups/theirs`;
    await second("PUT", elsewhere, { location: "westeurope" });

    const { status, body } = await second(
      "PUT",
      `${elsewhere}/providers/Microsoft.KeyVault/vaults/MyVault`,
      vaultBody(azure),
    );

    expect([status, body.error.code]).toEqual([409, "VaultAlreadyExists"]);
  });

  test("with an unknown api-version: NoRegisteredProviderFound", async () => {
    const { body } = await request("GET", `${vaultPath(azure)}?api-version=2025-11-01`);
    expect(body.error.code).toBe("NoRegisteredProviderFound");
  });
});
