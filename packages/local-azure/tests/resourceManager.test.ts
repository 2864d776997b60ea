import { expect, onTestFinished, test, vi } from "vitest";
import { arm, group, http, quick, registry, registryPath, sdk, signIn, startAzure } from "./support.js";

test("a request without an access token is refused: 401 AuthenticationFailed", async () => {
  const azure = await startAzure();
  const url = `${azure.connection.resourceManager}/subscriptions?api-version=2022-12-01`;

  const answer = await http(azure.connection, url);

  expect(answer.status).toBe(401);
  expect(answer.body.error.code).toBe("AuthenticationFailed");
  expect(answer.headers["www-authenticate"]).toContain(azure.connection.authority);
});

test("an access token of another issuer is refused", async () => {
  const [azure, other] = [await startAzure(), await startAzure()];
  const foreign = await arm(other);
  const forged = (await foreign("GET", "/tenants")).status;
  const url = `${azure.connection.resourceManager}/tenants?api-version=2022-12-01`;

  const answers = await Promise.all(
    ["nonsense", "a.b.c"].map((token) =>
      http(azure.connection, url, { headers: { authorization: `Bearer ${token}` } }),
    ),
  );

  expect(forged).toBe(200);
  expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual([
    [401, "AuthenticationFailed"],
    [401, "AuthenticationFailed"],
  ]);
});

test("an expired access token and an access token for another audience are refused", async () => {
  const azure = await startAzure();
  const ask = async (token: string) => {
    const { status, body } = await http(
      azure.connection,
      `${azure.connection.resourceManager}/tenants?api-version=2022-12-01`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    return [status, body.error?.code];
  };
  const token = await signIn(azure);
  expect(await ask(token)).toEqual([200, undefined]);
  expect(await ask(await signIn(azure, "https://management.azure.com"))).toEqual([200, undefined]);
  expect(await ask(await signIn(azure, "https://vault.invalid"))).toEqual([
    401,
    "InvalidAuthenticationTokenAudience",
  ]);

  const later = Date.now() + 3600_000;
  vi.spyOn(Date, "now").mockReturnValue(later);
  onTestFinished(() => void vi.restoreAllMocks());

  expect(await ask(token)).toEqual([401, "ExpiredAuthenticationToken"]);
});

test("every response has the headers of Azure's recordings, also an error", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answers = [
    await request("GET", registryPath(azure)),
    await request("GET", registryPath(azure, "/tokens/nothere")),
    await http(azure.connection, `${azure.connection.resourceManager}/tenants`),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      "cache-control": "no-cache",
      expires: "-1",
      pragma: "no-cache",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
    });
  }
});

test("every response has Azure's ids, and the client's own id if the client requests it", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answer = await request("GET", "/tenants", undefined, {
    "x-ms-client-request-id": "mine",
    "x-ms-return-client-request-id": "true",
  });
  const refusal = await http(azure.connection, `${azure.connection.resourceManager}/tenants`);

  expect(answer.headers["x-ms-client-request-id"]).toBe("mine");
  for (const { headers } of [answer, refusal]) {
    expect(headers["x-ms-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-ms-correlation-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.date).toBeDefined();
  }
});

test("metadata needs no sign-in: 2019-05-01 is an array of clouds, 2022-09-01 a single cloud", async () => {
  const { connection } = await startAzure();
  const ask = (version: string) =>
    http(connection, `https://${connection.metadataHost}/metadata/endpoints?api-version=${version}`);

  const [old, recent] = [await ask("2019-05-01"), await ask("2022-09-01")];

  expect(old.body).toEqual([recent.body]);
  const cloud = recent.body;
  expect(cloud.resourceManager).toBe(`${connection.resourceManager}/`);
  expect(cloud.authentication).toMatchObject({
    loginEndpoint: `${connection.authority}/`,
    tenant: "common",
    identityProvider: "AAD",
  });
  expect(cloud.authentication.audiences[0]).toBe(connection.resourceManager);
  expect(Object.keys(cloud.suffixes)).toEqual(
    expect.arrayContaining(["acrLoginServer", "keyVaultDns", "storage", "sqlServerHostname"]),
  );
  const { name, authentication, suffixes, ...rest } = cloud;
  expect(Object.values(rest).every((value) => typeof value === "string")).toBe(true);
});

test("there is one tenant; a service principal sees its own subscription, and a missing subscription is SubscriptionNotFound", async () => {
  const azure = await startAzure();
  const { connection } = azure;
  const request = await arm(azure);

  const tenants = await request("GET", "/tenants");
  const subscriptions = await request("GET", "/subscriptions");
  const other = await request("GET", "/subscriptions/44444444-4444-4444-8444-444444444444/resourceGroups");

  expect(tenants.body.value.map((tenant: { tenantId: string }) => tenant.tenantId)).toEqual([
    connection.tenantId,
  ]);
  expect(
    subscriptions.body.value.map(({ subscriptionId }: { subscriptionId: string }) => subscriptionId),
  ).toEqual([connection.subscriptionId]);
  expect([other.status, other.body.error.code]).toEqual([404, "SubscriptionNotFound"]);
});

test("paths are case-insensitive; responses have the case of the creation", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answer = await request("GET", registryPath(azure).toUpperCase());

  expect(answer.status).toBe(200);
  expect(answer.body.id).toBe(registryPath(azure));
});

test("an unknown resource group is ResourceGroupNotFound, an unknown registry ResourceNotFound", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const noGroup = await request("GET", registryPath(azure).replace(group, "nothere"));
  const noRegistry = await request("GET", registryPath(azure, "/tokens", "nothere"));

  expect([noGroup.status, noGroup.body.error.code]).toEqual([404, "ResourceGroupNotFound"]);
  expect([noRegistry.status, noRegistry.body.error.code]).toEqual([404, "ResourceNotFound"]);
});

test("a registry is found among a subscription's resources by its type, as az finds it", async () => {
  const azure = await startAzure({
    registries: [
      { name: "registry1", resourceGroup: "groupA" },
      { name: "registry2", resourceGroup: "groupB" },
    ],
  });
  const request = await arm(azure);
  const subscription = `/subscriptions/${azure.connection.subscriptionId}`;
  const names = async (path: string, filter: string) => {
    const { body } = await request("GET", `${path}/resources?$filter=${encodeURIComponent(filter)}`);
    return body.value.map(({ name }: { name: string }) => name);
  };

  const registries = "resourceType eq 'Microsoft.ContainerRegistry/registries'";
  expect(await names(subscription, registries)).toEqual(["registry1", "registry2"]);
  expect(await names(`${subscription}/resourceGroups/groupB`, registries)).toEqual(["registry2"]);
  expect(await names(subscription, `${registries} and name eq 'REGISTRY1'`)).toEqual(["registry1"]);
  expect(await names(subscription, "resourceType eq 'Microsoft.Storage/storageAccounts'")).toEqual([]);
  expect((await request("GET", `${subscription}/resources?$filter=nonsense`)).body.error.code).toBe(
    "InvalidFilterInQueryString",
  );
});

test("a resource group is created, read, listed and deleted with its content", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = `/subscriptions/${azure.connection.subscriptionId}/resourcegroups/fresh`;

  expect((await request("HEAD", path)).status).toBe(404);
  expect((await request("PUT", path, { location: "westeurope" })).status).toBe(201);
  expect((await request("HEAD", path)).status).toBe(204);
  await sdk(azure).registries.create(
    "fresh",
    "another1",
    { location: "westeurope", sku: { name: "Basic" } },
    quick,
  );
  expect((await request("DELETE", path)).status).toBe(202);
  expect((await request("GET", path)).status).toBe(404);
});

test("a new registry has its own endpoint at its login server, until the registry is deleted", async () => {
  const azure = await startAzure();
  const client = sdk(azure);

  const created = await client.registries.create(
    group,
    "another1",
    { location: "westeurope", sku: { name: "Basic" } },
    quick,
  );

  expect(created.provisioningState).toBe("Succeeded");
  expect(created.sku.name).toBe("Basic");
  const url = `https://${created.loginServer}/v2/`;
  expect((await http(azure.connection, url)).status).toBe(401);
  await client.registries.delete(group, "another1", quick);
  await expect(http(azure.connection, url)).rejects.toThrow(/ECONNREFUSED/);
});

test("PATCH of a registry returns 200, and changes only the given properties", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure);
  const before = (await request("GET", path)).body;

  const tagged = await request("PATCH", path, { tags: { stage: "test" } });
  const rest = await request("PATCH", path, {
    sku: { name: "Standard" },
    properties: { adminUserEnabled: true },
  });

  expect([tagged.status, rest.status]).toEqual([200, 200]);
  expect(tagged.body).toEqual({
    ...before,
    tags: { stage: "test" },
    systemData: { ...before.systemData, lastModifiedAt: expect.any(String) },
  });
  expect(rest.body).toMatchObject({
    tags: { stage: "test" },
    sku: { name: "Standard", tier: "Standard" },
    properties: { adminUserEnabled: true },
  });
  expect((await request("GET", path)).body).toEqual(rest.body);
  expect((await request("PATCH", path, { sku: { name: "Huge" } })).body.error.code).toBe("InvalidSku");
  expect((await request("PATCH", registryPath(azure, "", "nothere1"), {})).status).toBe(404);
});

test("a new registry is Creating, then Succeeded", async () => {
  const azure = await startAzure({ operationMs: 1_500 });
  const request = await arm(azure);
  const path = registryPath(azure, "", "another1");

  const put = await request("PUT", path, { location: "westeurope", sku: { name: "Basic" } });
  const poll = async () => (await request("GET", String(put.headers["azure-asyncoperation"]))).body;

  expect(put.body.properties.creationDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(put.body.properties.provisioningState).toBe("Creating");
  expect(await poll()).toEqual({ status: "Creating" });
  expect((await request("GET", path)).body.properties.provisioningState).toBe("Creating");
  await expect.poll(poll).toEqual({ status: "Succeeded" });
  expect((await request("GET", path)).body.properties.provisioningState).toBe("Succeeded");
});

test("a registry's name has 5 to 50 letters and digits, and is unique across resource groups", async () => {
  const azure = await startAzure();
  const client = sdk(azure);
  const check = (name: string) =>
    client.registries.checkNameAvailability({ name, type: "Microsoft.ContainerRegistry/registries" });
  const body = { location: "westeurope", sku: { name: "Basic" } };

  expect(await check("another1")).toMatchObject({ nameAvailable: true });
  expect(await check("MyRegistry")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
  expect(await check("abcd")).toMatchObject({ nameAvailable: false, reason: "Invalid" });
  for (const name of ["abcd", "a-registry", "a".repeat(51)]) {
    await expect(client.registries.create(group, name, body, quick)).rejects.toMatchObject({
      statusCode: 400,
    });
  }
  const request = await arm(azure);
  await request("PUT", `/subscriptions/${azure.connection.subscriptionId}/resourceGroups/other`, {
    location: "westeurope",
  });
  await expect(client.registries.create("other", registry, body, quick)).rejects.toMatchObject({
    statusCode: 409,
    code: "AlreadyInUse",
  });
});
