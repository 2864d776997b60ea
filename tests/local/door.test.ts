import { expect, test } from "vitest";
import {
  arm,
  door,
  group,
  HandClock,
  http,
  makeToken,
  quick,
  registry,
  registryPath,
  sdk,
  startAzure,
} from "./support.js";

const agent = "azureiotedge-agent";
const read = `repositories/${agent}/content/read`;
const manifest = `/v2/${agent}/manifests/1.5`;

/** What an access token says that its holder may do. */
function accessOf(accessToken: string): unknown {
  return JSON.parse(Buffer.from(accessToken.split(".")[1], "base64url").toString()).access;
}

test("an anonymous /v2/ request gets 401 and is told where to get an access token", async () => {
  const { connection } = await startAzure();
  const { loginServer } = connection.registries[0];

  const answer = await http(connection, `https://${loginServer}/v2/`);

  expect(answer.status).toBe(401);
  expect(answer.headers["www-authenticate"]).toBe(
    `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"`,
  );
  expect(answer.body.errors[0].code).toBe("UNAUTHORIZED");
});

test("an anonymous request to a repository is told the scope that it needs", async () => {
  const { connection } = await startAzure();

  const answer = await http(connection, `https://${connection.registries[0].loginServer}${manifest}`);

  expect(answer.headers["www-authenticate"]).toMatch(/,scope="repository:azureiotedge-agent:pull"$/);
});

test("a password is no use on /v2/ itself: Basic is refused there", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const authorization = `Basic ${Buffer.from(`${name}:${passwords[0]}`).toString("base64")}`;
  const { loginServer } = azure.connection.registries[0];

  const answer = await http(azure.connection, `https://${loginServer}/v2/`, { headers: { authorization } });

  expect(answer.status).toBe(401);
});

test("GET /oauth2/token with Basic gives an access token that opens /v2/", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = door(azure);

  const answer = await request(await accessToken(name, passwords[0]), "/v2/");

  expect(answer.status).toBe(200);
});

test("POST /oauth2/token with grant_type=password does the same", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { loginServer } = azure.connection.registries[0];
  const post = (form: Record<string, string>) =>
    http(azure.connection, `https://${loginServer}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ service: loginServer, username: name, ...form }).toString(),
    });

  const good = await post({
    grant_type: "password",
    password: passwords[1],
    scope: `repository:${agent}:pull`,
  });

  expect((await door(azure).request(good.body.access_token, manifest)).status).toBe(200);
  expect((await post({ grant_type: "password", password: "wrong" })).status).toBe(401);
  expect((await post({ grant_type: "magic" })).status).toBe(400);
});

test("a wrong password, an unknown token and no credentials are refused: 401", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { login } = door(azure);

  expect(await login(name, passwords[0].toLowerCase())).toBe(401);
  expect(await login(name, "")).toBe(401);
  expect(await login("nobody", passwords[0])).toBe(401);
  const { loginServer } = azure.connection.registries[0];
  expect(
    (await http(azure.connection, `https://${loginServer}/oauth2/token?service=${loginServer}`)).status,
  ).toBe(401);
});

test("a disabled token is refused, also with an access token from before, and works again when enabled", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { login, accessToken, request } = door(azure);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);
  const { tokens } = sdk(azure);

  await tokens.update(group, registry, name, { status: "disabled" }, quick);
  expect(await login(name, passwords[0])).toBe(401);
  expect((await request(access, manifest)).status).toBe(401);

  await tokens.update(group, registry, name, { status: "enabled" }, quick);
  expect(await login(name, passwords[0])).toBe(200);
  expect((await request(access, manifest)).status).toBe(200);
});

test("a password is refused from its expiry on, by Azure's clock", async () => {
  const clock = new HandClock(new Date("2030-01-01T00:00:00Z"));
  const azure = await startAzure({ now: clock.now });
  const { name, passwords } = await makeToken(azure, { expiry: new Date("2030-01-01T01:00:00Z") });
  const { login } = door(azure);

  clock.forward(59 * 60_000);
  expect(await login(name, passwords[0])).toBe(200);
  clock.forward(60_000);
  expect(await login(name, passwords[0])).toBe(401);
});

test("an access token ends after 75 minutes, by Azure's clock", async () => {
  const clock = new HandClock();
  const azure = await startAzure({ now: clock.now });
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = door(azure);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);

  clock.forward(74 * 60_000);
  expect((await request(access, manifest)).status).toBe(200);
  clock.forward(60_000);
  const late = await request(access, manifest);
  expect(late.status).toBe(401);
  expect(late.headers["www-authenticate"]).toContain('error="invalid_token"');
});

test("a new password is accepted only after the replication lag, which can be changed at any time", async () => {
  const azure = await startAzure({ replicationLag: 60_000 });
  const { id, name, passwords } = await makeToken(azure);
  const { login } = door(azure);
  expect(await login(name, passwords[0])).toBe(401);

  azure.replicationLag = 0;
  expect(await login(name, passwords[0])).toBe(200);

  azure.replicationLag = 300;
  const made = await sdk(azure).registries.generateCredentials(
    group,
    registry,
    { tokenId: id, name: "password2" },
    quick,
  );
  const fresh = made.passwords?.[1].value ?? "";
  expect(await login(name, fresh)).toBe(401);
  await expect.poll(() => login(name, fresh)).toBe(200);
});

test("an access token of one registry is none of another's", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: "another1", resourceGroup: group },
    ],
  });
  const { name, passwords } = await makeToken(azure);
  const access = await door(azure).accessToken(name, passwords[0]);

  expect((await door(azure, 0).request(access, "/v2/")).status).toBe(200);
  expect((await door(azure, 1).request(access, "/v2/")).status).toBe(401);
  expect(await door(azure, 1).login(name, passwords[0])).toBe(401);
});

test("a token that lacks a scope gets an access token without it, and then: denied", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = door(azure);

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

test("an access token allows no more than was asked for, whatever the scope map allows", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, {
    actions: [read, "repositories/payroll/content/read"],
  });
  const { accessToken, request } = door(azure);

  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);

  expect((await request(access, manifest)).status).toBe(200);
  expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(401);
});

test("a request may ask for several scopes, in one parameter or in more", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, {
    actions: [read, "repositories/payroll/content/read"],
  });
  const { accessToken, request } = door(azure);
  const scopes = [`repository:${agent}:pull`, "repository:payroll:pull"];

  for (const access of [
    await accessToken(name, passwords[0], ...scopes),
    await accessToken(name, passwords[0], scopes.join(" ")),
  ]) {
    expect((await request(access, manifest)).status).toBe(200);
    expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(200);
  }
});

/** What each right lets a token do with the agent's repository, as statuses. */
async function rights(actions: string[]) {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions });
  const { accessToken, request } = door(azure);
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
  ["content/write alone: nothing, as it is to be used with content/read", ["content/write"], {}],
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

test("even a token with every right cannot list the catalog", async () => {
  const all = ["content/read", "content/write", "content/delete", "metadata/read", "metadata/write"];
  expect(await rights(all.map((action) => `repositories/*/${action}`))).toEqual({
    pull: 200,
    tags: 200,
    push: 202,
    catalog: 401,
    delete: 202,
  });
});

test("an access token never has the catalog in it, whatever is asked for", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions: ["repositories/*/metadata/read"] });

  const access = await door(azure).accessToken(name, passwords[0], "registry:catalog:*");

  expect(accessOf(access)).toEqual([]);
});

/** Whether a token with this scope map may pull each of these repositories. */
async function pulls(pattern: string, ...repositories: string[]) {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions: [`repositories/${pattern}/content/read`] });
  const { accessToken, request } = door(azure);
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

test("the wildcard acr/* covers what is below acr, at any depth, and nothing else", async () => {
  expect(await pulls("acr/*", "acr/connected-registry", "acr/a/b", "acr", "acrobat", "x/acr/y")).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a name without a wildcard covers itself alone", async () => {
  expect(await pulls("acr", "acr", "acr/connected-registry", "acrobat")).toEqual([true, false, false]);
});

test("a change of a scope map holds at once: for new access tokens, and for taking rights from old ones", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = door(azure);
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

test("a token whose scope map is gone still signs in, and is denied everything", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, login, request } = door(azure);
  await sdk(azure).scopeMaps.delete(group, registry, `${name}-scope-map`, quick);

  expect(await login(name, passwords[0])).toBe(200);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);
  expect((await request(access, manifest)).body.errors[0].code).toBe("DENIED");
});

test("another scope map for a token holds at once", async () => {
  const azure = await startAzure();
  const { id, name, passwords } = await makeToken(azure);
  const { accessToken, request } = door(azure);
  const manage = await arm(azure);

  await manage("PATCH", id, {
    properties: { scopeMapId: registryPath(azure, "/scopeMaps/_repositories_pull") },
  });

  const access = await accessToken(name, passwords[0], "repository:payroll:pull");
  expect((await request(access, "/v2/payroll/manifests/latest")).status).toBe(200);
});
