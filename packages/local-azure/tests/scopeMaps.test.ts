import { expect, test } from "vitest";
import { arm, group, makeToken, quick, registry, registryPath, sdk, startAzure } from "./support.js";

const actions = ["repositories/azureiotedge-agent/content/read"];

test("PUT of a scope map returns 200, with its read-only type, date and state", async () => {
  const azure = await startAzure({ operationMs: 1000 });
  const request = await arm(azure);

  const answer = await request("PUT", registryPath(azure, "/scopeMaps/edge-map"), {
    properties: { description: "for the edge", actions },
  });

  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    id: registryPath(azure, "/scopeMaps/edge-map"),
    type: "Microsoft.ContainerRegistry/registries/scopeMaps",
    properties: { type: "UserDefined", description: "for the edge", actions, provisioningState: "Succeeded" },
  });
  expect(Date.parse(answer.body.properties.creationDate)).not.toBeNaN();
});

test("PATCH of a scope map returns 201 with Azure-AsyncOperation, is Updating, then Succeeded", async () => {
  const azure = await startAzure({ operationMs: 2_000 });
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  await request("PUT", path, { properties: { actions } });

  const patch = await request("PATCH", path, { properties: { description: "for the edge" } });
  const poll = async () => (await request("GET", String(patch.headers["azure-asyncoperation"]))).body;

  expect(patch.status).toBe(201);
  expect(patch.body.properties).toMatchObject({
    description: "for the edge",
    actions,
    provisioningState: "Updating",
  });
  expect(await poll()).toEqual({ status: "Updating" });
  expect((await request("GET", path)).body.properties.provisioningState).toBe("Updating");
  await expect.poll(poll, { timeout: 20_000 }).toEqual({ status: "Succeeded" });
  expect((await request("GET", path)).body.properties).toMatchObject({
    description: "for the edge",
    provisioningState: "Succeeded",
  });
});

test("PATCH of a scope map changes only the given properties", async () => {
  const azure = await startAzure();
  const { scopeMaps } = sdk(azure);
  await scopeMaps.create(group, registry, "edge-map", { actions, description: "before" }, quick);

  const described = await scopeMaps.update(group, registry, "edge-map", { description: "after" }, quick);
  const acting = await scopeMaps.update(
    group,
    registry,
    "edge-map",
    { actions: ["repositories/*/metadata/read"] },
    quick,
  );

  expect(described).toMatchObject({ description: "after", actions });
  expect(acting).toMatchObject({ description: "after", actions: ["repositories/*/metadata/read"] });
});

test("DELETE of a scope map is a long-running operation; deleting nothing is 204", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  await request("PUT", path, { properties: { actions } });

  const deletion = await request("DELETE", path);

  expect(deletion.status).toBe(202);
  expect((await request("GET", deletion.headers.location ?? "")).status).toBe(200);
  expect((await request("GET", path)).body.error.code).toBe("ResourceNotFound");
  expect((await request("DELETE", path)).status).toBe(204);
});

test("an unknown scope map is ResourceNotFound, with the registry's message", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answer = await request("GET", registryPath(azure, "/scopeMaps/nothere"));

  expect(answer.status).toBe(404);
  expect(answer.body).toEqual({
    error: { code: "ResourceNotFound", message: "The resource nothere could not be found." },
    status: "Failed",
  });
});

test.each([
  "repositories/foo/content/read",
  "repositories/foo/bar-baz_q.x/content/write",
  "repositories/*/content/delete",
  "repositories/foo/*/metadata/read",
  "repositories/foo/metadata/write",
  "gateway/edge1/config/read",
  "gateway/edge1/config/write",
  "gateway/edge1/message/read",
  "gateway/edge1/message/write",
])("the action %s is accepted", async (action) => {
  const azure = await startAzure();
  const made = await sdk(azure).scopeMaps.create(group, registry, "edge-map", { actions: [action] }, quick);
  expect(made.actions).toEqual([action]);
});

test.each([
  "repositories/foo/content/push",
  "repositories/foo/metadata/delete",
  "repositories/foo",
  "repositories//content/read",
  "repositories/f*/content/read",
  "repositories/*/foo/content/read",
  "repositories/foo*/content/read",
  "repositories/Foo/content/read",
  "repositories/foo/content/read ",
  "gateway/edge1/content/read",
  "gateway/*/config/read",
  "content/read",
  "",
])("the action %j is refused: 400", async (action) => {
  const azure = await startAzure();
  await expect(
    sdk(azure).scopeMaps.create(group, registry, "edge-map", { actions: [...actions, action] }, quick),
  ).rejects.toMatchObject({ statusCode: 400, code: "InvalidScopeMapAction" });
});

test("a scope map has no more than 500 actions", async () => {
  const azure = await startAzure();
  const { scopeMaps } = sdk(azure);
  const many = (count: number) => Array.from({ length: count }, (_, i) => `repositories/r${i}/content/read`);

  const made = await scopeMaps.create(group, registry, "edge-map", { actions: many(500) }, quick);

  expect(made.actions).toHaveLength(500);
  await expect(
    scopeMaps.create(group, registry, "edge-map", { actions: many(501) }, quick),
  ).rejects.toMatchObject({ statusCode: 400 });
});

test("a scope map's name has 5 to 50 letters, digits, - and _", async () => {
  const azure = await startAzure();
  const { scopeMaps } = sdk(azure);

  for (const name of ["a-b_C", "a".repeat(50)]) {
    expect((await scopeMaps.create(group, registry, name, { actions }, quick)).name).toBe(name);
  }
  for (const name of ["abcd", "a".repeat(51), "edge.map", "edge map"]) {
    await expect(scopeMaps.create(group, registry, name, { actions }, quick)).rejects.toMatchObject({
      statusCode: 400,
      code: "InvalidResourceName",
    });
  }
});

test("a scope map needs actions, and a body that is JSON", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");

  for (const body of [
    {},
    { properties: {} },
    { properties: { actions: "content/read" } },
    { properties: 1 },
  ]) {
    const answer = await request("PUT", path, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidRequestContent"]);
  }
  expect((await request("PUT", path)).status).toBe(400);
});

const metadata = ["metadata/read", "metadata/write"];

// As recorded: the descriptions, and the order of actions.
test.each([
  ["_repositories_pull", "Can pull any repository of the registry", ["content/read"]],
  [
    "_repositories_pull_metadata_read",
    "Can perform all read operations on the registry",
    ["content/read", "metadata/read"],
  ],
  ["_repositories_push", "Can push to any repository of the registry", ["content/read", "content/write"]],
  [
    "_repositories_push_metadata_write",
    "Can perform all read and write operations on the registry",
    [...metadata, "content/read", "content/write"],
  ],
  [
    "_repositories_admin",
    "Can perform all read, write and delete operations on the registry",
    [...metadata, "content/read", "content/write", "content/delete"],
  ],
])(
  "a registry has the system scope map %s, which cannot be changed or deleted",
  async (name, description, may) => {
    const azure = await startAzure();
    const request = await arm(azure);
    const path = registryPath(azure, `/scopeMaps/${name}`);

    expect((await request("GET", path)).body.properties).toMatchObject({
      type: "SystemDefined",
      description,
      actions: may.map((action) => `repositories/*/${action}`),
    });
    expect((await request("PUT", path, { properties: { actions } })).status).toBe(400);
    expect((await request("PATCH", path, { properties: { actions } })).status).toBe(400);
    expect((await request("DELETE", path)).status).toBe(400);
  },
);

test("a registry has only the five system scope maps", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const { body } = await request("GET", registryPath(azure, "/scopeMaps"));

  expect(body.value).toHaveLength(5);
});

test("a scope map in a missing registry: PUT is ParentResourceNotFound", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const put = await request("PUT", registryPath(azure, "/scopeMaps/edge-map", "nothere1"), {
    properties: { actions },
  });

  expect([put.status, put.body.error.code]).toEqual([404, "ParentResourceNotFound"]);
});

test("a Basic registry has no more than 100 scope maps of its own", async () => {
  const azure = await startAzure();
  const client = sdk(azure);
  await client.registries.create(
    group,
    "basicone",
    { location: "westeurope", sku: { name: "Basic" } },
    quick,
  );
  const request = await arm(azure);
  const put = (i: number) =>
    request("PUT", registryPath(azure, `/scopeMaps/map-${i}-x`, "basicone"), { properties: { actions } });

  for (let i = 0; i < 100; i++) {
    expect((await put(i)).status).toBe(200);
  }

  expect((await put(100)).body.error.code).toBe("QuotaExceeded");
  expect((await put(7)).status).toBe(200);
});

test("a scope map that a token uses can be deleted; the token then has access to nothing", async () => {
  const azure = await startAzure();
  const { scopeMapId } = await makeToken(azure);
  const client = sdk(azure);

  await client.scopeMaps.delete(group, registry, "edge-1-scope-map", quick);

  expect((await client.tokens.get(group, registry, "edge-1")).scopeMapId).toBe(scopeMapId);
});
