/** The stand-in for azure-native: vaults and their secrets. */
import { containsUnknown, type Properties, unknown } from "provider-server";
import { expect, test } from "vitest";
import { azureNative, secret, vault } from "./azureNativeSupport";
import { arm } from "./support";
import { vaultSender } from "./vaultSupport";

const environment = azureNative();
const resourceGroupName = "myresourcegroup";

async function madeVault() {
  const { tenantId } = environment.azure.connection;
  const properties = { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true };
  const { inputs } = await environment.native.check(vault, {}, { resourceGroupName, properties });
  return { inputs, ...(await environment.native.create(vault, inputs)) };
}

test("a vault gets a random name, waits until it is Succeeded, and stays unchanged", async () => {
  const { id, inputs, outputs } = await madeVault();

  expect(inputs).toMatchObject({
    vaultName: expect.stringMatching(/^vault[0-9a-f]{8}$/),
    location: "westeurope",
    azureApiVersion: "2024-11-01",
  });
  expect(outputs.properties).toMatchObject({ provisioningState: "Succeeded", softDeleteRetentionInDays: 90 });
  expect(await environment.native.read(id, vault, outputs, inputs)).toEqual({ id, outputs, inputs });
  const { changes } = await environment.native.diff(id, vault, outputs, inputs, inputs);
  expect(changes).toBe("none");
  await environment.native.delete(id, vault, outputs, inputs);
  expect(await environment.native.read(id, vault, outputs, inputs)).toBeUndefined();
});

test("a secret is written by the resource manager, has versions, and is deleted at the vault's endpoint", async () => {
  const { outputs: made } = await madeVault();
  const program = (value: string, expires: number) => ({
    resourceGroupName,
    vaultName: made.name,
    properties: { value, attributes: { expires } },
    tags: { username: "app" },
  });
  const { inputs } = await environment.native.check(secret, {}, program("v1", 1_900_000_000));
  expect(inputs.secretName).toBe("app-password");
  const preview = (await environment.native.create(secret, inputs, { preview: true })).outputs;
  expect(preview.properties).toMatchObject({
    attributes: { expires: 1_900_000_000, created: unknown },
    secretUriWithVersion: unknown,
  });

  const { id, outputs } = await environment.native.create(secret, inputs);
  const { vaultUri } = made.properties as { vaultUri: string };
  const send = await vaultSender(environment.azure, vaultUri);
  expect(containsUnknown(outputs)).toBe(false);
  // Only the vault's own endpoint returns a value.
  expect(JSON.stringify(outputs)).not.toContain("v1");
  expect(outputs.properties).toMatchObject({
    attributes: { enabled: true, expires: 1_900_000_000 },
    secretUri: `${vaultUri}secrets/app-password`,
  });
  expect((await send("GET", "secrets/app-password")).body).toMatchObject({
    value: "v1",
    attributes: { exp: 1_900_000_000 },
  });
  expect(await environment.native.read(id, secret, outputs, inputs)).toEqual({ id, outputs, inputs });

  const { inputs: news } = await environment.native.check(secret, inputs, program("v2", 1_900_000_001));
  const { changes, replaces } = await environment.native.diff(id, secret, outputs, news, inputs);
  expect([changes, replaces]).toEqual(["some", []]);
  const updated = await environment.native.update(id, secret, outputs, news, inputs);
  expect(versionIn(updated)).not.toBe(versionIn(outputs));
  expect((await send("GET", "secrets/app-password/versions")).body.value).toHaveLength(2);

  await environment.native.delete(id, secret, updated, news);
  expect((await send("GET", "deletedsecrets/app-password")).status).toBe(200);
  expect(await environment.native.read(id, secret, updated, news)).toBeUndefined();
  // A missing secret counts as deleted, also in a missing vault.
  await environment.native.delete(id, secret, updated, news);
  await (await arm(environment.azure))("DELETE", id.replace(/\/secrets\/.*/, ""));
  await environment.native.delete(id, secret, updated, news);
});

test("returns the identity that signs in", async () => {
  const { clientId, subscriptionId, tenantId } = environment.azure.connection;
  expect((await environment.native.invoke("azure-native:authorization:getClientConfig", {})).result).toEqual({
    clientId,
    objectId: clientId,
    subscriptionId,
    tenantId,
  });
});

function versionIn({ properties }: Properties): unknown {
  return (properties as Properties).secretUriWithVersion;
}
