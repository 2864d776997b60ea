/** The stand-in for azure-native: connected registries, which have objects with read-only properties. */
import { containsUnknown, type Properties, unknown } from "provider-server";
import { beforeEach, expect, test } from "vitest";
import { azureNative, connectedRegistry, inRegistry } from "./azureNativeSupport";
import { arm, makeToken, registryPath } from "./support";

const environment = azureNative();
const gateway = ["config/read", "config/write", "message/read", "message/write"];
let inputs: Properties;
let tokenId: string;

beforeEach(async () => {
  await (await arm(environment.azure))("PATCH", registryPath(environment.azure), {
    properties: { dataEndpointEnabled: true },
  });
  const actions = gateway.map((action) => `gateway/edge1/${action}`);
  tokenId ??= (await makeToken(environment.azure, { name: "edge1-sync", actions })).id;
  const program = {
    ...inRegistry,
    mode: "ReadOnly",
    parent: { syncProperties: { tokenId, messageTtl: "P2D" } },
  };
  ({ inputs } = await environment.native.check(connectedRegistry, {}, program));
});

test("is named like its resource, and its name is checked", async () => {
  expect(inputs).toMatchObject({ connectedRegistryName: "edge1", azureApiVersion: "2024-11-01-preview" });
  const { failures } = await environment.native.check(
    connectedRegistry,
    {},
    { ...inputs, connectedRegistryName: "a-b" },
  );
  expect(failures.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("'connectedRegistryName' is too short (3)"),
  ]);
  const bare = await environment.native.check(connectedRegistry, {}, inRegistry);
  expect(bare.failures.map(({ reason }) => reason)).toEqual([
    "missing required property 'mode'",
    "missing required property 'parent'",
  ]);
});

test("is previewed with the read-only properties of its objects as unknown", async () => {
  const { outputs } = await environment.native.create(connectedRegistry, inputs, { preview: true });

  expect(outputs.parent).toEqual({
    id: unknown,
    syncProperties: {
      tokenId,
      messageTtl: "P2D",
      schedule: unknown,
      syncWindow: unknown,
      gatewayEndpoint: unknown,
      lastSyncTime: unknown,
    },
  });
  expect(outputs).toMatchObject({ mode: "ReadOnly", loginServer: unknown });
});

test("is created, read, imported, changed by a PUT and deleted", async () => {
  const { id, outputs } = await environment.native.create(connectedRegistry, inputs);
  expect(containsUnknown(outputs)).toBe(false);
  expect(outputs).toMatchObject({
    name: "edge1",
    parent: {
      syncProperties: { tokenId, gatewayEndpoint: "myregistry.westeurope.data.azurecr.invalid" },
    },
    provisioningState: "Succeeded",
  });
  expect(await environment.native.read(id, connectedRegistry, outputs, inputs)).toEqual({
    id,
    outputs,
    inputs,
  });

  // Read-only properties are no inputs.
  const imported = await environment.native.read(id, connectedRegistry, {});
  expect(imported?.inputs.parent).toEqual({
    syncProperties: { tokenId, schedule: "* * * * *", messageTtl: "P2D" },
  });

  const more = { ...inputs, notificationsList: ["samples/*:*:*"] };
  const { changes, replaces } = await environment.native.diff(id, connectedRegistry, outputs, more, inputs);
  expect([changes, replaces]).toEqual(["some", []]);
  expect(await environment.native.update(id, connectedRegistry, outputs, more, inputs)).toMatchObject({
    notificationsList: ["samples/*:*:*"],
  });
  await environment.native.delete(id, connectedRegistry, outputs, more);
  expect(await environment.native.read(id, connectedRegistry, outputs, more)).toBeUndefined();
});
