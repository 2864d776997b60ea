import { expect, test } from "vitest";
import {
  group,
  HandClock,
  http,
  makeToken,
  quick,
  registry,
  registryOf,
  sdk,
  startAzure,
} from "./support.js";

const agent = "azureiotedge-agent";
const manifest = `/v2/${agent}/manifests/1.5`;

test("an anonymous /v2/ request gets 401 and the address for access tokens", async () => {
  const { connection } = await startAzure();
  const { loginServer } = connection.registries[0];

  const answer = await http(connection, `https://${loginServer}/v2/`);

  expect(answer.status).toBe(401);
  expect(answer.headers["www-authenticate"]).toBe(
    `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"`,
  );
  expect(answer.body.errors[0].code).toBe("UNAUTHORIZED");
});

test("an anonymous request to a repository gets the needed scope", async () => {
  const { connection } = await startAzure();

  const answer = await http(connection, `https://${connection.registries[0].loginServer}${manifest}`);

  expect(answer.headers["www-authenticate"]).toMatch(/,scope="repository:azureiotedge-agent:pull"$/);
});

test("/v2/ refuses Basic authorization with a password", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const authorization = `Basic ${Buffer.from(`${name}:${passwords[0]}`).toString("base64")}`;
  const { loginServer } = azure.connection.registries[0];

  const answer = await http(azure.connection, `https://${loginServer}/v2/`, { headers: { authorization } });

  expect(answer.status).toBe(401);
});

test("GET /oauth2/token with Basic authorization returns an access token for /v2/", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);

  const answer = await request(await accessToken(name, passwords[0]), "/v2/");

  expect(answer.status).toBe(200);
});

test("POST /oauth2/token with grant_type=password returns an access token for /v2/", async () => {
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

  expect((await registryOf(azure).request(good.body.access_token, manifest)).status).toBe(200);
  expect((await post({ grant_type: "password", password: "wrong" })).status).toBe(401);
  expect((await post({ grant_type: "magic" })).status).toBe(400);
});

test("a wrong password, an unknown token and no credentials are refused: 401", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { login } = registryOf(azure);

  expect(await login(name, passwords[0].toLowerCase())).toBe(401);
  expect(await login(name, "")).toBe(401);
  expect(await login("nobody", passwords[0])).toBe(401);
  const { loginServer } = azure.connection.registries[0];
  expect(
    (await http(azure.connection, `https://${loginServer}/oauth2/token?service=${loginServer}`)).status,
  ).toBe(401);
});

test("a disabled token is refused, also with an access token from before, and works again after it is enabled", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  const { login, accessToken, request } = registryOf(azure);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);
  const { tokens } = sdk(azure);

  await tokens.update(group, registry, name, { status: "disabled" }, quick);
  expect(await login(name, passwords[0])).toBe(401);
  expect((await request(access, manifest)).status).toBe(401);

  await tokens.update(group, registry, name, { status: "enabled" }, quick);
  expect(await login(name, passwords[0])).toBe(200);
  expect((await request(access, manifest)).status).toBe(200);
});

test("an expired password is refused, by Azure's clock", async () => {
  const clock = new HandClock(new Date("2030-01-01T00:00:00Z"));
  const azure = await startAzure({ now: clock.now });
  const { name, passwords } = await makeToken(azure, { expiry: new Date("2030-01-01T01:00:00Z") });
  const { login } = registryOf(azure);

  clock.forward(59 * 60_000);
  expect(await login(name, passwords[0])).toBe(200);
  clock.forward(60_000);
  expect(await login(name, passwords[0])).toBe(401);
});

test("an access token expires after 75 minutes, by Azure's clock", async () => {
  const clock = new HandClock();
  const azure = await startAzure({ now: clock.now });
  const { name, passwords } = await makeToken(azure);
  const { accessToken, request } = registryOf(azure);
  const access = await accessToken(name, passwords[0], `repository:${agent}:pull`);

  clock.forward(74 * 60_000);
  expect((await request(access, manifest)).status).toBe(200);
  clock.forward(60_000);
  const late = await request(access, manifest);
  expect(late.status).toBe(401);
  expect(late.headers["www-authenticate"]).toContain('error="invalid_token"');
});

test("a new password is accepted only after the replication lag, which can be changed at any time", async () => {
  const azure = await startAzure({ replicationLagMs: 60_000 });
  const { id, name, passwords } = await makeToken(azure);
  const { login } = registryOf(azure);
  expect(await login(name, passwords[0])).toBe(401);

  azure.replicationLagMs = 0;
  expect(await login(name, passwords[0])).toBe(200);

  azure.replicationLagMs = 300;
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

test("a registry refuses the access token of another registry", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: "another1", resourceGroup: group },
    ],
  });
  const { name, passwords } = await makeToken(azure);
  const access = await registryOf(azure).accessToken(name, passwords[0]);

  expect((await registryOf(azure, 0).request(access, "/v2/")).status).toBe(200);
  expect((await registryOf(azure, 1).request(access, "/v2/")).status).toBe(401);
  expect(await registryOf(azure, 1).login(name, passwords[0])).toBe(401);
});
