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

const pull = "/scopeMaps/_repositories_pull";

test("PUT of a token returns 201 with Azure-AsyncOperation, is Creating, then Succeeded", async () => {
  const azure = await startAzure({ operationMs: 1_500 });
  const request = await arm(azure);
  const path = registryPath(azure, "/tokens/edge-1");
  const scopeMapId = registryPath(azure, pull);

  const put = await request("PUT", path, { properties: { scopeMapId } });
  const operation = String(put.headers["azure-asyncoperation"]);
  const during = await request("GET", operation);
  const meanwhile = await request("GET", path);

  expect(put.status).toBe(201);
  expect(put.body.properties.provisioningState).toBe("Creating");
  expect(during.body).toEqual({ status: "Creating" });
  expect(meanwhile.body.properties.provisioningState).toBe("Creating");
  await expect.poll(async () => (await request("GET", operation)).body).toEqual({ status: "Succeeded" });
  expect((await request("GET", path)).body).toMatchObject({
    id: path,
    name: "edge-1",
    type: "Microsoft.ContainerRegistry/registries/tokens",
    properties: { provisioningState: "Succeeded", scopeMapId, status: "enabled" },
  });
});

test("PATCH of a token is a long-running operation, too, and is Updating", async () => {
  const azure = await startAzure({ operationMs: 1_500 });
  const { id } = await makeToken(azure);
  const request = await arm(azure);

  const patch = await request("PATCH", id, { properties: { status: "disabled" } });
  const poll = async () => (await request("GET", String(patch.headers["azure-asyncoperation"]))).body;

  expect(patch.status).toBe(201);
  expect(patch.body.properties.provisioningState).toBe("Updating");
  expect(await poll()).toEqual({ status: "Updating" });
  await expect.poll(poll).toEqual({ status: "Succeeded" });
});

test("a token needs an existing scope map of its own registry", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: "another1", resourceGroup: group },
    ],
  });
  const request = await arm(azure);
  const path = registryPath(azure, "/tokens/edge-1");
  const put = async (properties: object) => (await request("PUT", path, { properties })).body.error?.code;

  expect(await put({})).toBe("InvalidRequestContent");
  expect(await put({ scopeMapId: registryPath(azure, "/scopeMaps/nothere") })).toBe("ScopeMapNotFound");
  expect(await put({ scopeMapId: registryPath(azure, pull, "another1") })).toBe("InvalidScopeMapId");
  expect(await put({ scopeMapId: "_repositories_pull" })).toBe("InvalidScopeMapId");
  expect((await request("GET", path)).status).toBe(404);
  expect(await put({ scopeMapId: registryPath(azure, pull).toUpperCase() })).toBeUndefined();
});

test("a token's status is enabled or disabled", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answer = await request("PUT", registryPath(azure, "/tokens/edge-1"), {
    properties: { scopeMapId: registryPath(azure, pull), status: "on" },
  });

  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidTokenStatus"]);
});

test("a token's name has 5 to 50 letters, digits and -", async () => {
  const azure = await startAzure();
  const { tokens } = sdk(azure);
  const scopeMapId = registryPath(azure, pull);

  for (const name of ["a-B-1", "a".repeat(50)]) {
    expect((await tokens.create(group, registry, name, { scopeMapId }, quick)).name).toBe(name);
  }
  for (const name of ["abcd", "a".repeat(51), "edge_1"]) {
    await expect(tokens.create(group, registry, name, { scopeMapId }, quick)).rejects.toMatchObject({
      statusCode: 400,
      code: "InvalidResourceName",
    });
  }
});

test("a Basic registry has no more than 100 tokens", async () => {
  const azure = await startAzure();
  await sdk(azure).registries.create(
    group,
    "basicone",
    { location: "westeurope", sku: { name: "Basic" } },
    quick,
  );
  const request = await arm(azure);
  const scopeMapId = registryPath(azure, pull, "basicone");
  const put = (i: number) =>
    request("PUT", registryPath(azure, `/tokens/edge-${i}`, "basicone"), { properties: { scopeMapId } });

  for (let i = 0; i < 100; i++) {
    expect((await put(i)).status).toBe(201);
  }

  expect((await put(100)).body.error.code).toBe("QuotaExceeded");
});

test("tokens are listed, and DELETE is a long-running operation that removes the token", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);
  const request = await arm(azure);
  const names = async () =>
    (await request("GET", registryPath(azure, "/tokens"))).body.value.map(
      (token: { name: string }) => token.name,
    );
  expect(await names()).toEqual([name]);

  const deletion = await request("DELETE", id);

  expect(deletion.status).toBe(202);
  expect((await request("GET", deletion.headers.location ?? "")).status).toBe(200);
  expect(await names()).toEqual([]);
  expect(await registryOf(azure).login(name, passwords[0])).toBe(401);
  expect((await request("DELETE", id)).status).toBe(204);
});

test("a list has 100 entries a page and the address of the next page", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const scopeMapId = registryPath(azure, pull);
  const names = Array.from({ length: 201 }, (_, index) => `edge-${index}`);
  for (const name of names) {
    await request("PUT", registryPath(azure, `/tokens/${name}`), { properties: { scopeMapId } });
  }

  const pages = [(await request("GET", registryPath(azure, "/tokens"))).body];
  while (pages.at(-1).nextLink !== undefined) {
    pages.push((await request("GET", pages.at(-1).nextLink)).body);
  }

  expect(pages.map(({ value }) => value.length)).toEqual([100, 100, 1]);
  expect(pages.flatMap(({ value }) => value.map(({ name }: { name: string }) => name))).toEqual(names);
});

test("a token in a missing registry: PUT is ParentResourceNotFound, GET is ResourceNotFound", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/tokens/edge-1", "nothere1");
  const scopeMapId = registryPath(azure, pull, "nothere1");

  const put = await request("PUT", path, { properties: { scopeMapId } });
  const get = await request("GET", path);

  expect([put.status, put.body.error]).toEqual([
    404,
    {
      code: "ParentResourceNotFound",
      message:
        "Can not perform requested operation on nested resource. Parent resource 'nothere1' not found.",
    },
  ]);
  expect([get.status, get.body.error.code]).toEqual([404, "ResourceNotFound"]);
  expect(get.body.error.message).toContain(
    "The Resource 'Microsoft.ContainerRegistry/registries/nothere1' under resource group 'myresourcegroup' was not found.",
  );
});

test("systemData names the creator and the last modifier", async () => {
  const azure = await startAzure({ access: { second: ["first"] } });
  const { clientId, other } = azure.connection;
  const { id } = await makeToken(azure);
  const request = await arm(azure, other);

  await request("PATCH", id, { properties: { status: "disabled" } });

  expect((await request("GET", id)).body.systemData).toMatchObject({
    createdBy: clientId,
    createdByType: "Application",
    lastModifiedBy: other.clientId,
  });
});

test("only one operation on a token runs at a time: a second write gets 409 until the first has ended", async () => {
  const azure = await startAzure({ operationMs: 1_500 });
  const { id, name, scopeMapId } = await makeToken(azure);
  const request = await arm(azure);

  const first = await request("PATCH", id, { properties: { status: "disabled" } });
  const second = [
    await request("PATCH", id, { properties: { status: "enabled" } }),
    await request("PUT", id, { properties: { scopeMapId } }),
    await request("POST", registryPath(azure, "/generateCredentials"), { tokenId: id }),
    await request("DELETE", id),
  ];
  const read = await request("GET", id);
  const other = await request("PUT", registryPath(azure, "/tokens/other"), { properties: { scopeMapId } });

  expect(first.status).toBe(201);
  expect(second.map(({ status, body }) => [status, body.error.code])).toEqual(
    Array(4).fill([409, "Conflict"]),
  );
  expect(read.body.properties.status).toBe("disabled");
  expect(other.status).toBe(201);
  await expect
    .poll(async () => (await request("PATCH", id, { properties: {} })).status, { timeout: 10_000 })
    .toBe(201);
  expect((await sdk(azure).tokens.get(group, registry, name)).credentials?.passwords).toHaveLength(2);
});
