import type { LocalAzure } from "local-azure";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Arm,
  arm,
  group,
  makeToken,
  quick,
  registry,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

const gateway = ["config/read", "config/write", "message/read", "message/write"];
const syncActions = (name = "edge1") => [
  "repositories/azureiotedge-agent/content/read",
  ...gateway.map((action) => `gateway/${name}/${action}`),
];

let azure: LocalAzure;
let request: Arm;
let tokenId: string;
let path: string;

beforeEach(async () => {
  azure = await startAzure();
  request = await arm(azure);
  await request("PATCH", registryPath(azure), { properties: { dataEndpointEnabled: true } });
  tokenId = (await makeToken(azure, { name: "edge1-sync", actions: syncActions() })).id;
  path = registryPath(azure, "/connectedRegistries/edge1");
});

/** The body of a PUT. */
function body(properties: object = {}, sync: object = {}): object {
  const parent = { syncProperties: { tokenId, messageTtl: "P2D", ...sync } };
  return { properties: { mode: "ReadOnly", parent, ...properties } };
}

describe("a connected registry", () => {
  test("is created by an operation: 201, Creating, then Succeeded", async () => {
    const created = await request("PUT", path, body());

    expect(created.status).toBe(201);
    const status = String(created.headers["azure-asyncoperation"]);
    expect(new URL(status).pathname).toMatch(
      /\/connectedRegistries\/edge1\/operationStatuses\/connectedRegistries-/,
    );
    expect(created.body.properties.provisioningState).toBe("Creating");
    expect((await request("GET", status)).body).toEqual({ status: "Succeeded" });
    const { body: found } = await request("GET", path);
    expect(found).toMatchObject({
      id: path,
      name: "edge1",
      type: "Microsoft.ContainerRegistry/registries/connectedRegistries",
      properties: {
        provisioningState: "Succeeded",
        mode: "ReadOnly",
        connectionState: "Offline",
        activation: { status: "Inactive" },
        clientTokenIds: [],
        logging: { logLevel: "Information", auditLogStatus: "Disabled" },
      },
    });
    expect(found.properties.parent.syncProperties).toEqual({
      tokenId,
      schedule: "* * * * *",
      messageTtl: "P2D",
      gatewayEndpoint: "myregistry.westeurope.data.azurecr.invalid",
    });
  });

  test("is changed and deleted by Azure's own client", async () => {
    const { connectedRegistries } = sdk(azure);
    const client = await makeToken(azure, { name: "client-1" });
    await connectedRegistries.create(
      group,
      registry,
      "edge1",
      { mode: "ReadOnly", parent: { syncProperties: { tokenId, messageTtl: "P2D" } } },
      quick,
    );

    const updated = await connectedRegistries.update(
      group,
      registry,
      "edge1",
      {
        clientTokenIds: [client.id],
        notificationsList: ["samples/*:*:*"],
        syncProperties: { schedule: "0 9 * * *", syncWindow: "PT3H" },
        logging: { auditLogStatus: "Enabled" },
      },
      quick,
    );

    expect(updated).toMatchObject({
      mode: "ReadOnly",
      clientTokenIds: [client.id],
      notificationsList: ["samples/*:*:*"],
      parent: { syncProperties: { tokenId, messageTtl: "P2D", schedule: "0 9 * * *", syncWindow: "PT3H" } },
      logging: { logLevel: "Information", auditLogStatus: "Enabled" },
    });
    await connectedRegistries.deactivate(group, registry, "edge1", quick);
    expect(await names(connectedRegistries.list(group, registry))).toEqual(["edge1"]);
    await connectedRegistries.delete(group, registry, "edge1", quick);
    expect(await names(connectedRegistries.list(group, registry))).toEqual([]);
  });

  test("is deleted: 202 with a Location; a missing connected registry: 204", async () => {
    await request("PUT", path, body());

    const deleted = await request("DELETE", path);

    expect(deleted.status).toBe(202);
    expect((await request("GET", String(deleted.headers.location))).status).toBe(200);
    expect((await request("GET", path)).status).toBe(404);
    expect((await request("DELETE", path)).status).toBe(204);
  });

  test("is accepted as az sends it: the mode in lower case, garbage collection as a string, and an authType", async () => {
    const garbageCollection = { enabled: "true", schedule: "0 0 * * *" };

    const { status, body: made } = await request(
      "PUT",
      path,
      body({ mode: "readwrite", garbageCollection }, { authType: "SyncToken" }),
    );

    expect(status).toBe(201);
    expect(made.properties).toMatchObject({
      mode: "ReadWrite",
      garbageCollection: { enabled: true, schedule: "0 0 * * *" },
    });
    const refused = await request("PUT", path, body({ garbageCollection: { enabled: "yes" } }));
    expect(refused.body.error.code).toBe("InvalidRequestContent");
  });

  test("prevents the deletion of its tokens", async () => {
    const client = await makeToken(azure, { name: "client-1" });
    await request("PUT", path, body({ clientTokenIds: [client.id] }));

    for (const used of [tokenId, client.id]) {
      const { status, body: refusal } = await request("DELETE", used);
      expect([status, refusal.error.code]).toEqual([409, "TokenInUse"]);
    }
    await request("DELETE", path);
    expect((await request("DELETE", tokenId)).status).toBe(202);
  });

  test("stays unchanged if the operation fails", async () => {
    await request("PUT", path, body());
    azure.faults.add({ method: "PUT", kind: "operation", ends: "Failed", code: "Odd" });

    const { headers } = await request("PUT", path, body({ notificationsList: ["a:*:*"] }));

    const { body: status } = await request("GET", String(headers["azure-asyncoperation"]));
    expect(status).toMatchObject({ status: "Failed", error: { code: "Odd" } });
    const { properties } = (await request("GET", path)).body;
    expect([properties.notificationsList, properties.provisioningState]).toEqual([[], "Failed"]);
  });

  test("may have another connected registry as its parent, which limits its mode", async () => {
    await request("PUT", path, body());
    const sync = await makeToken(azure, { name: "edge2-sync", actions: syncActions("edge2") });
    const below = registryPath(azure, "/connectedRegistries/edge2");
    const child = (mode: string) => ({
      properties: { mode, parent: { id: path, syncProperties: { tokenId: sync.id, messageTtl: "P2D" } } },
    });

    expect((await request("PUT", below, child("ReadWrite"))).body.error.code).toBe(
      "InvalidConnectedRegistryMode",
    );
    const { status, body: made } = await request("PUT", below, child("ReadOnly"));

    expect(status).toBe(201);
    expect(made.properties.parent.id).toBe(path);
    expect(made.properties.parent.syncProperties.gatewayEndpoint).toBeUndefined();
  });
});

describe("a connected registry is refused", () => {
  const elsewhere = "/subscriptions/x/resourceGroups/y/providers/Microsoft.ContainerRegistry/registries/z";

  test.each<[string, string, number, () => object]>([
    ["without a mode", "InvalidRequestContent", 400, () => body({ mode: undefined })],
    ["with another mode", "InvalidRequestContent", 400, () => body({ mode: "Sometimes" })],
    ["without a sync token", "InvalidRequestContent", 400, () => body({}, { tokenId: undefined })],
    ["without a messageTtl", "InvalidRequestContent", 400, () => body({}, { messageTtl: undefined })],
    ["with an invalid duration", "InvalidDuration", 400, () => body({}, { messageTtl: "2 days" })],
    ["with an invalid schedule", "InvalidSchedule", 400, () => body({}, { schedule: "daily" })],
    [
      "with a token of another registry",
      "TokenNotFound",
      404,
      () => body({}, { tokenId: `${elsewhere}/tokens/a` }),
    ],
    ["with a missing client token", "TokenNotFound", 404, () => body({ clientTokenIds: ["a"] })],
    [
      "with its sync token as a client token",
      "InvalidClientToken",
      400,
      () => body({ clientTokenIds: [tokenId] }),
    ],
    ["with another log level", "InvalidRequestContent", 400, () => body({ logging: { logLevel: "Loud" } })],
    ["with numbers to notify", "InvalidRequestContent", 400, () => body({ notificationsList: [1] })],
    [
      "with a missing parent",
      "ParentNotFound",
      404,
      () => body({ parent: { id: `${path}x`, syncProperties: { tokenId, messageTtl: "P2D" } } }),
    ],
  ])("%s: %s", async (_, code, status, content) => {
    const answer = await request("PUT", path, content());

    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await request("GET", path)).status).toBe(404);
  });

  test("with an invalid name: InvalidResourceName", async () => {
    for (const name of ["edge", "edge-1", "e".repeat(51)]) {
      const answer = await request("PUT", registryPath(azure, `/connectedRegistries/${name}`), body());
      expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidResourceName"]);
    }
  });

  test("if the sync token lacks a gateway action: InvalidSyncTokenPermissions with the action", async () => {
    const [, ...fewer] = syncActions();
    tokenId = (await makeToken(azure, { name: "weak-sync", actions: fewer.slice(0, 3) })).id;

    const { status, body: refusal } = await request("PUT", path, body());

    expect([status, refusal.error.code]).toEqual([400, "InvalidSyncTokenPermissions"]);
    expect(refusal.error.message).toMatch(/lacks gateway\/edge1\/message\/write\.$/);
  });

  test("if another connected registry has the sync token: SyncTokenInUse", async () => {
    const actions = [...syncActions("edge1"), ...syncActions("edge2")];
    tokenId = (await makeToken(azure, { name: "both-sync", actions })).id;
    await request("PUT", path, body());

    const answer = await request("PUT", registryPath(azure, "/connectedRegistries/edge2"), body());

    expect([answer.status, answer.body.error.code]).toEqual([400, "SyncTokenInUse"]);
    // A second PUT of the same connected registry is allowed.
    expect((await request("PUT", path, body())).status).toBe(201);
  });

  test("if the registry's data endpoint is not enabled: DataEndpointNotEnabled", async () => {
    await request("PATCH", registryPath(azure), { properties: { dataEndpointEnabled: false } });

    expect((await request("PUT", path, body())).body.error.code).toBe("DataEndpointNotEnabled");
  });

  test("in a missing registry: ParentResourceNotFound", async () => {
    const nowhere = registryPath(azure, "/connectedRegistries/edge1", "noregistry");

    expect((await request("PUT", nowhere, body())).body.error.code).toBe("ParentResourceNotFound");
  });

  test("with an api-version without connected registries: NoRegisteredProviderFound", async () => {
    for (const version of ["2023-07-01", "2019-05-01-preview"]) {
      const { body: refusal } = await request("GET", `${path}?api-version=${version}`);
      expect(refusal.error.code).toBe("NoRegisteredProviderFound");
    }
    expect((await request("GET", `${path}?api-version=2024-11-01-preview`)).status).toBe(404);
  });
});

test("a registry's data endpoint is in its region and needs Premium", async () => {
  const properties = async () => (await request("GET", registryPath(azure))).body.properties;
  expect(await properties()).toMatchObject({
    dataEndpointEnabled: true,
    dataEndpointHostNames: ["myregistry.westeurope.data.azurecr.invalid"],
  });

  const { status, body: refusal } = await request("PATCH", registryPath(azure), { sku: { name: "Basic" } });
  expect([status, refusal.error.code]).toEqual([400, "FeatureNotSupported"]);

  await request("PATCH", registryPath(azure), { properties: { dataEndpointEnabled: false } });
  expect(await properties()).toMatchObject({ dataEndpointEnabled: false, dataEndpointHostNames: [] });
});

async function names(list: AsyncIterable<{ name?: string }>): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { name } of list) {
    found.push(name);
  }
  return found;
}
