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

const agent = "azureiotedge-agent";
const read = `repositories/${agent}/content/read`;
const manifest = `/v2/${agent}/manifests/1.5`;

/** The access in an access token. */
function accessOf(accessToken: string): unknown {
  return JSON.parse(Buffer.from(accessToken.split(".")[1], "base64url").toString()).access;
}

test("a token that lacks a scope gets an access token without it, and its requests are denied", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);

  const access = await accessToken(name, passwords[0], "repository:payroll:pull");
  const denied = await request(access, "/v2/payroll/manifests/latest");

  expect(accessOf(access)).toEqual([]);
  expect(denied.status).toBe(401);
  expect(denied.headers["www-authenticate"]).toContain('error="insufficient_scope"');
  expect(denied.body.errors[0]).toMatchObject({
    code: "DENIED",
    message: "requested access to the resource is denied",
  });
});

test("an access token allows only the requested access, even if the scope map allows more", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, {
    actions: [read, "repositories/payroll/content/read"],
  });
  const { accessToken, request } = registryOf(azure);

  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);

  expect((await request(access, manifest)).status).toBe(200);
  expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(401);
});

test("a request may name several scopes, in one parameter or in several", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, {
    actions: [read, "repositories/payroll/content/read"],
  });
  const { accessToken, request } = registryOf(azure);
  const scopes = [`repository:${agent}:pull`, "repository:payroll:pull"];

  for (const access of [
    await accessToken(name, passwords[0], ...scopes),
    await accessToken(name, passwords[0], scopes.join(" ")),
  ]) {
    expect((await request(access, manifest)).status).toBe(200);
    expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(200);
  }
});

/** The statuses of a token's requests to the agent's repository by the token's actions. */
async function rights(actions: string[]) {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions });
  const { accessToken, request } = registryOf(azure);
  const access = await accessToken(
    name,
    passwords[0],
    `repository:${agent}:pull,push,delete,metadata_read`,
    "registry:catalog:*",
  );
  const { headers } = await request(access, manifest);
  const digest = headers["docker-content-digest"] ?? "sha256:unknown";
  return {
    pull: (await request(access, manifest)).status,
    tags: (await request(access, `/v2/${agent}/tags/list`)).status,
    push: (await request(access, `/v2/${agent}/blobs/uploads/`, { method: "POST" })).status,
    catalog: (await request(access, "/v2/_catalog")).status,
    delete: (await request(access, `/v2/${agent}/manifests/${digest}`, { method: "DELETE" })).status,
  };
}

test.each([
  ["content/read: pull", ["content/read"], { pull: 200 }],
  ["content/write alone: nothing, because a push also needs content/read", ["content/write"], {}],
  [
    "content/read and content/write: pull and push",
    ["content/read", "content/write"],
    { pull: 200, push: 202 },
  ],
  [
    "content/read and content/delete: pull and delete",
    ["content/read", "content/delete"],
    { pull: 200, delete: 202 },
  ],
  ["metadata/read: list tags", ["metadata/read"], { tags: 200 }],
  ["metadata/write: none of these", ["metadata/write"], {}],
])("%s", async (_, actions, allowed) => {
  const nothing = { pull: 401, tags: 401, push: 401, catalog: 401, delete: 401 };
  const given = actions.map((action) => `repositories/${agent}/${action}`);
  expect(await rights(given)).toEqual({ ...nothing, ...allowed });
});

test("even a token with every action cannot list the catalog", async () => {
  const all = ["content/read", "content/write", "content/delete", "metadata/read", "metadata/write"];
  expect(await rights(all.map((action) => `repositories/*/${action}`))).toEqual({
    pull: 200,
    tags: 200,
    push: 202,
    catalog: 401,
    delete: 202,
  });
});

test("an access token never contains the catalog, even if the scope requests it", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions: ["repositories/*/metadata/read"] });

  const access = await registryOf(azure).accessToken(name, passwords[0], "registry:catalog:*");

  expect(accessOf(access)).toEqual([]);
});

/** Whether a token with this scope map may pull each of these repositories. */
async function pulls(pattern: string, ...repositories: string[]) {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions: [`repositories/${pattern}/content/read`] });
  const { accessToken, request } = registryOf(azure);
  const answers = repositories.map(async (repository) => {
    const access = await accessToken(name, passwords[0], `repository:${repository}:pull`);
    const { body } = await request(access, `/v2/${repository}/manifests/nothere`);
    return body.errors[0].code !== "DENIED";
  });
  return Promise.all(answers);
}

test("the wildcard * covers every repository", async () => {
  expect(await pulls("*", "payroll", "acr/connected-registry")).toEqual([true, true]);
});

test("the wildcard acr/* covers every repository below acr, at any depth, and nothing else", async () => {
  expect(await pulls("acr/*", "acr/connected-registry", "acr/a/b", "acr", "acrobat", "x/acr/y")).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a name without a wildcard covers only itself", async () => {
  expect(await pulls("acr", "acr", "acr/connected-registry", "acrobat")).toEqual([true, false, false]);
});

test("a change of a scope map applies at once: to new access tokens, and by revoking access of old access tokens", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);
  const { scopeMaps } = sdk(azure);
  const old = await accessToken(name, passwords[0], `repository:${agent}:pull`);

  await scopeMaps.update(
    group,
    registry,
    `${name}-scope-map`,
    { actions: ["repositories/payroll/content/read"] },
    quick,
  );

  expect((await request(old, manifest)).status).toBe(401);
  const fresh = await accessToken(name, passwords[0], "repository:payroll:pull");
  expect((await request(fresh, "/v2/payroll/manifests/latest")).status).toBe(200);
});

test("a token whose scope map is deleted still signs in, and every request is denied", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, login, request } = registryOf(azure);
  await sdk(azure).scopeMaps.delete(group, registry, `${name}-scope-map`, quick);

  expect(await login(name, passwords[0])).toBe(200);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);
  expect((await request(access, manifest)).body.errors[0].code).toBe("DENIED");
});

test("another scope map of a token applies at once", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);
  const manage = await arm(azure);

  await manage("PATCH", id, {
    properties: { scopeMapId: registryPath(azure, "/scopeMaps/_repositories_pull") },
  });

  const access = await accessToken(name, passwords[0], "repository:payroll:pull");
  expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(200);
});
