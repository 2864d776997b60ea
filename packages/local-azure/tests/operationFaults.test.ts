import { expect, test } from "vitest";
import {
  arm,
  group,
  makeToken,
  quick,
  registry,
  registryOf,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

const actions = ["repositories/azureiotedge-agent/content/read"];
const pull = "/scopeMaps/_repositories_pull";
const failed = { kind: "operation", ends: "Failed", code: "Broken", message: "It broke." } as const;
const error = { code: "Broken", message: "It broke." };

test("a PUT of a token ends Failed: the token exists as Failed, and the operation has the error", async () => {
  const azure = await startAzure({ operationMs: 2_000 });
  const request = await arm(azure);
  const path = registryPath(azure, "/tokens/edge-1");
  azure.faults.add({ ...failed, method: "PUT", path: /\/tokens\// });

  const put = await request("PUT", path, { properties: { scopeMapId: registryPath(azure, pull) } });
  const poll = async () => (await request("GET", String(put.headers["azure-asyncoperation"]))).body;

  expect([put.status, put.body.properties.provisioningState]).toEqual([201, "Creating"]);
  expect(await poll()).toEqual({ status: "Creating" });
  await expect.poll(poll).toEqual({ status: "Failed", error });
  expect((await request("GET", path)).body.properties.provisioningState).toBe("Failed");

  const again = await request("PUT", path, { properties: { scopeMapId: registryPath(azure, pull) } });
  expect(again.status).toBe(201);
  await expect
    .poll(async () => (await request("GET", path)).body.properties.provisioningState)
    .toBe("Succeeded");
});

test("a PATCH of a token that ends Failed changes nothing, although its first response has the requested values", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);
  const request = await arm(azure);
  azure.faults.add({ ...failed, method: "PATCH" });

  const patch = await request("PATCH", id, {
    properties: { status: "disabled", credentials: { passwords: [] } },
  });
  const poll = await request("GET", String(patch.headers["azure-asyncoperation"]));

  expect(patch.body.properties).toMatchObject({ status: "disabled", credentials: { passwords: [] } });
  expect(poll.body).toEqual({ status: "Failed", error });
  expect((await request("GET", id)).body.properties).toMatchObject({
    status: "enabled",
    provisioningState: "Failed",
  });
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
});

test("the work is done nevertheless with isDone", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);
  const request = await arm(azure);
  azure.faults.add({ ...failed, isDone: true });

  await request("PATCH", id, { properties: { status: "disabled" } });

  expect((await request("GET", id)).body.properties).toMatchObject({
    status: "disabled",
    provisioningState: "Failed",
  });
  expect(await registryOf(azure).login(name, passwords[0])).toBe(401);
});

test("an operation ends Canceled, with the given code and message", async () => {
  const azure = await startAzure();
  const { id } = await makeToken(azure);
  const request = await arm(azure);
  azure.faults.add({ kind: "operation", ends: "Canceled" });

  const patch = await request("PATCH", id, { properties: { status: "disabled" } });
  const poll = await request("GET", String(patch.headers["azure-asyncoperation"]));

  expect(poll.body).toEqual({
    status: "Canceled",
    error: { code: "InjectedFault", message: expect.stringContaining("Canceled") },
  });
  expect((await request("GET", id)).body.properties).toMatchObject({
    status: "enabled",
    provisioningState: "Canceled",
  });
});

test("a PATCH of a scope map that ends Failed changes nothing", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  await request("PUT", path, { properties: { actions } });
  azure.faults.add({ ...failed, path: /scopeMaps/ });

  const patch = await request("PATCH", path, { properties: { actions: [], description: "new" } });
  const poll = await request("GET", String(patch.headers["azure-asyncoperation"]));
  const { properties } = (await request("GET", path)).body;

  expect(poll.body).toEqual({ status: "Failed", error });
  expect(properties).toMatchObject({ actions, provisioningState: "Failed" });
  expect(properties).not.toHaveProperty("description");
});

test("generateCredentials with 202 that ends Failed generates no password; its result is an error", async () => {
  const azure = await startAzure({ operationMs: 2_000, generateCredentialsStatus: 202 });
  const { id, name, passwords } = await makeToken(azure);
  const request = await arm(azure);
  azure.faults.add({ ...failed, path: /generateCredentials/ });

  const post = await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id });
  const location = post.headers.location ?? "";

  expect(post.status).toBe(202);
  expect((await request("GET", location)).status).toBe(202);
  await expect.poll(async () => (await request("GET", location)).status).toBe(400);
  expect((await request("GET", location)).body).toEqual({ status: "Failed", error });
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
  expect((await request("PATCH", id, { properties: {} })).status).toBe(201);
});

test("a fault of the operation does not affect generateCredentials with 200", async () => {
  const azure = await startAzure();
  azure.faults.add({ ...failed, path: /generateCredentials/ });

  const { name, passwords } = await makeToken(azure);

  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
});

test.each(["/tokens/edge-1", "/scopeMaps/edge-1-scope-map", ""])(
  "a DELETE of registries/myregistry%s that ends Failed deletes nothing; its result is an error",
  async (below) => {
    const azure = await startAzure();
    await makeToken(azure);
    const request = await arm(azure);
    const path = registryPath(azure, below);
    azure.faults.add({ ...failed, method: "DELETE", status: 409 });

    const deletion = await request("DELETE", path);
    const result = await request("GET", deletion.headers.location ?? "");

    expect(deletion.status).toBe(202);
    expect([result.status, result.body]).toEqual([409, { status: "Failed", error }]);
    expect((await request("GET", path)).body.properties.provisioningState).toBe("Failed");
    const again = await request("DELETE", path);
    expect((await request("GET", again.headers.location ?? "")).status).toBe(200);
    expect((await request("GET", path)).status).toBe(404);
  },
);

test("Azure's client throws the error of an operation", async () => {
  const azure = await startAzure({ generateCredentialsStatus: 202 });
  const { id, name } = await makeToken(azure);
  const { registries, tokens } = sdk(azure);
  azure.faults.add({ ...failed, method: "PATCH" });
  azure.faults.add({ ...failed, method: "POST" });
  azure.faults.add({ ...failed, method: "DELETE" });

  await expect(tokens.update(group, registry, name, { status: "disabled" }, quick)).rejects.toThrow(
    /It broke/,
  );
  await expect(registries.generateCredentials(group, registry, { tokenId: id }, quick)).rejects.toMatchObject(
    { code: "Broken", statusCode: 400 },
  );
  await expect(tokens.delete(group, registry, name, quick)).rejects.toMatchObject({ code: "Broken" });
  expect((await tokens.get(group, registry, name)).status).toBe("enabled");
});

test("a fault of the operation affects a request in addition to another fault, and waits for a request that starts an operation", async () => {
  const azure = await startAzure();
  const { id } = await makeToken(azure);
  const request = await arm(azure);
  azure.faults.add(failed);
  azure.faults.add({ method: "PATCH", kind: "lose" });
  await request("GET", id);

  await expect(request("PATCH", id, { properties: { status: "disabled" } })).rejects.toThrow();

  expect((await request("GET", id)).body.properties).toMatchObject({
    status: "enabled",
    provisioningState: "Failed",
  });
});

test("a request hangs with its work done", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  azure.faults.add({ kind: "hang", isDone: true, method: "PUT" });

  const hanging = request("PUT", path, { properties: { actions } });
  hanging.catch(() => undefined);

  await expect.poll(async () => (await request("GET", path)).status).toBe(200);
  await azure.close();
  await expect(hanging).rejects.toThrow(/socket hang up|ECONNRESET/);
});
