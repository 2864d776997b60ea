import { ClientAssertionCredential } from "@azure/identity";
import { expect, test } from "vitest";
import { arm, certificate, group, http, registry, registryPath, signIn, startAzure } from "./support.js";

const theirs = { name: "theirs1", resourceGroup: "theirgroup", subscription: "second" } as const;
const ours = { name: registry, resourceGroup: group };

test("there is a second principal with its own subscription, and a registry there if requested", async () => {
  const azure = await startAzure({ registries: [ours, theirs] });
  const { connection } = azure;
  const { other } = connection;
  const request = await arm(azure, other);
  const id = `/subscriptions/${other.subscriptionId}/resourceGroups/theirgroup/providers/Microsoft.ContainerRegistry/registries/theirs1`;

  expect(new Set([connection.clientId, other.clientId]).size).toBe(2);
  expect(new Set([connection.clientSecret, other.clientSecret]).size).toBe(2);
  expect(connection.registries).toMatchObject([
    { ...ours, subscriptionId: connection.subscriptionId },
    { name: "theirs1", resourceGroup: "theirgroup", subscriptionId: other.subscriptionId },
  ]);
  const { body } = await request("GET", id);
  expect(body).toMatchObject({
    id,
    systemData: { createdBy: other.clientId },
    properties: { loginServer: connection.registries[1].loginServer },
  });
  const put = await request("PUT", `${id}/tokens/edge-1`, {
    properties: { scopeMapId: `${id}/scopeMaps/_repositories_pull` },
  });
  expect(put.status).toBe(201);
});

test("the ids of the second principal are the same in every run, its secrets are new", async () => {
  const [one, two] = [await startAzure(), await startAzure()].map(({ connection }) => connection.other);

  expect([one.clientId, one.subscriptionId]).toEqual([two.clientId, two.subscriptionId]);
  expect(one.clientSecret).not.toBe(two.clientSecret);
  expect(one.oidcToken).not.toBe(two.oidcToken);
});

test.each([
  ["GET", "", "Microsoft.Resources/subscriptions/read"],
  ["GET", "/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups/read"],
  ["PUT", "/resourceGroups/new", "Microsoft.Resources/subscriptions/resourceGroups/write"],
  [
    "DELETE",
    `/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${registry}`,
    "Microsoft.ContainerRegistry/registries/delete",
  ],
  [
    "PATCH",
    `/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${registry}/tokens/edge-1`,
    "Microsoft.ContainerRegistry/registries/tokens/write",
  ],
  [
    "POST",
    `/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${registry}/generateCredentials`,
    "Microsoft.ContainerRegistry/registries/generateCredentials/action",
  ],
])(
  "the second principal may not %s …%s in the first subscription: 403 AuthorizationFailed",
  async (method, below, action) => {
    const azure = await startAzure();
    const { clientId } = azure.connection.other;
    const scope = `/subscriptions/${azure.connection.subscriptionId}${below}`;

    const answer = await (await arm(azure, azure.connection.other))(
      method,
      scope,
      /GET|DELETE/.test(method) ? undefined : {},
    );

    expect(answer.status).toBe(403);
    expect(answer.body.error).toEqual({
      code: "AuthorizationFailed",
      message: `The client '${clientId}' with object id '${clientId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  },
);

test("the first principal may not act in the second subscription; neither finds a missing subscription", async () => {
  const azure = await startAzure({ registries: [ours, theirs] });
  const [first, second] = [await arm(azure), await arm(azure, azure.connection.other)];
  const theirGroups = `/subscriptions/${azure.connection.other.subscriptionId}/resourceGroups`;
  const nowhere = "/subscriptions/44444444-4444-4444-8444-444444444444/resourceGroups";

  expect((await first("GET", theirGroups)).body.error.code).toBe("AuthorizationFailed");
  expect((await second("GET", theirGroups)).status).toBe(200);
  for (const request of [first, second]) {
    const { status, body } = await request("GET", nowhere);
    expect([status, body.error.code]).toEqual([404, "SubscriptionNotFound"]);
  }
});

test("each principal sees the subscriptions in which it may act, with their groups and registries", async () => {
  const azure = await startAzure({ registries: [ours, theirs], access: { second: ["first", "second"] } });
  const { connection } = azure;
  const [first, second] = [await arm(azure), await arm(azure, connection.other)];
  const both = [connection.subscriptionId, connection.other.subscriptionId];
  const subscriptions = async (request: typeof first) =>
    (await request("GET", "/subscriptions")).body.value.map(
      ({ subscriptionId }: { subscriptionId: string }) => subscriptionId,
    );
  const names = async (path: string) =>
    (await second("GET", path)).body.value.map(({ name }: { name: string }) => name);
  const registries = "/providers/Microsoft.ContainerRegistry/registries";

  expect(await subscriptions(first)).toEqual([connection.subscriptionId]);
  expect(await subscriptions(second)).toEqual(both);
  expect(await names(`/subscriptions/${both[0]}/resourceGroups`)).toEqual([group]);
  expect(await names(`/subscriptions/${both[1]}/resourceGroups`)).toEqual(["theirgroup"]);
  expect(await names(`/subscriptions/${both[0]}${registries}`)).toEqual([registry]);
  expect(await names(`/subscriptions/${both[1]}${registries}`)).toEqual(["theirs1"]);
  expect(await names(`/subscriptions/${both[1]}/resources`)).toEqual(["theirs1"]);
});

test("a registry's name is in use in the other subscription, too", async () => {
  const azure = await startAzure();
  const request = await arm(azure, azure.connection.other);
  const groupPath = `/subscriptions/${azure.connection.other.subscriptionId}/resourceGroups/theirgroup`;
  await request("PUT", groupPath, { location: "westeurope" });

  const put = await request(
    "PUT",
    `${groupPath}/providers/Microsoft.ContainerRegistry/registries/${registry}`,
    {
      location: "westeurope",
    },
  );

  expect([put.status, put.body.error.code]).toEqual([409, "AlreadyInUse"]);
});

test("a principal without access sees no subscription", async () => {
  const azure = await startAzure({ access: { first: [] } });
  const request = await arm(azure);

  expect((await request("GET", "/subscriptions")).body.value).toEqual([]);
  expect((await request("GET", registryPath(azure))).status).toBe(403);
});

test("the log has the calling principal, also for a request without a response, and none for a forged token", async () => {
  const azure = await startAzure({ access: { second: ["first"] } });
  const { clientId, other } = azure.connection;
  const [first, second] = [await arm(azure), await arm(azure, other)];
  azure.faults.add({ kind: "reset", method: "PUT" });

  await first("GET", registryPath(azure));
  await second("GET", registryPath(azure));
  await expect(second("PUT", registryPath(azure))).rejects.toThrow();
  const forged = await signIn(await startAzure());
  await http(azure.connection, `${azure.connection.resourceManager}/tenants`, {
    headers: { authorization: `Bearer ${forged}` },
  });

  const seen = (host: string) =>
    azure.requests.filter((request) => request.host === host).map((request) => request.clientId);
  expect(seen("authority")).toEqual([clientId, other.clientId]);
  expect(seen("resourceManager")).toEqual([clientId, other.clientId, other.clientId, undefined]);
});

test("the federated token of a principal signs in only as this principal", async () => {
  const { connection } = await startAzure();
  const { other } = connection;
  const options = {
    authorityHost: connection.authority,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: certificate(connection) },
  };
  const get = async (clientId: string, oidcToken: string) => {
    const credential = new ClientAssertionCredential(
      connection.tenantId,
      clientId,
      async () => oidcToken,
      options,
    );
    const { token } = await credential.getToken(`${connection.resourceManager}/.default`);
    return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()).appid;
  };

  expect(await get(connection.clientId, connection.oidcToken)).toBe(connection.clientId);
  expect(await get(other.clientId, other.oidcToken)).toBe(other.clientId);
  await expect(get(other.clientId, connection.oidcToken)).rejects.toThrow(/AADSTS700213/);
});

test("the secret of one principal does not sign in as the other", async () => {
  const azure = await startAzure();
  const { clientSecret, other } = azure.connection;

  expect(
    await signIn(azure, azure.connection.resourceManager, { clientId: other.clientId, clientSecret }),
  ).toBeUndefined();
});
