import type { LocalAzure } from "local-azure";
import { expect, onTestFinished, test, vi } from "vitest";
import { outcome } from "./repository.js";
import {
  group,
  HandClock,
  type HttpAnswer,
  http,
  makeToken,
  quick,
  registry,
  registryOf,
  sdk,
  signIn,
  startAzure,
} from "./support.js";

const registryAudience = "https://containerregistry.azure.net";
const noUser = "00000000-0000-0000-0000-000000000000";
const pull = "repository:payroll:pull";
const manifest = "/v2/payroll/manifests/latest";

/** Posts a form to a path of the registry's endpoint. */
function post(azure: LocalAzure, path: string, form: Record<string, string>, index = 0): Promise<HttpAnswer> {
  const { loginServer } = azure.connection.registries[index];
  return http(azure.connection, `https://${loginServer}${path}`, {
    method: "POST",
    body: new URLSearchParams({ service: loginServer, ...form }).toString(),
  });
}

/** The registry's response to an access token of the sign-in host. */
async function exchange(
  azure: LocalAzure,
  form: Record<string, string> = {},
  index = 0,
): Promise<HttpAnswer> {
  const accessToken = form.access_token ?? (await signIn(azure, registryAudience));
  return post(
    azure,
    "/oauth2/exchange",
    { grant_type: "access_token", access_token: accessToken, ...form },
    index,
  );
}

async function refreshToken(azure: LocalAzure): Promise<string> {
  const { status, body } = await exchange(azure);
  expect(status).toBe(200);
  return body.refresh_token;
}

/** The registry's response to a refresh token. */
function redeem(azure: LocalAzure, token: string, scope = pull, index = 0): Promise<HttpAnswer> {
  return post(azure, "/oauth2/token", { grant_type: "refresh_token", refresh_token: token, scope }, index);
}

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

test("an access token of the sign-in host is exchanged for a refresh token, the refresh token for an access token", async () => {
  const azure = await startAzure();

  const exchanged = await exchange(azure, { tenant: azure.connection.tenantId });
  const redeemed = await redeem(azure, exchanged.body.refresh_token);

  expect(Object.keys(exchanged.body)).toEqual(["refresh_token"]);
  expect(Object.keys(redeemed.body)).toEqual(["access_token"]);
  expect((await registryOf(azure).request(redeemed.body.access_token, manifest)).status).toBe(200);
  const { loginServer } = azure.connection.registries[0];
  expect(claimsOf(exchanged.body.refresh_token)).toMatchObject({
    aud: loginServer,
    grant_type: "refresh_token",
    sub: azure.connection.clientId,
  });
  expect(claimsOf(redeemed.body.access_token)).toMatchObject({
    aud: loginServer,
    grant_type: "access_token",
    access: [{ type: "repository", name: "payroll", actions: ["pull"] }],
  });
});

test("an access token for the resource manager is accepted, too; other audiences are refused", async () => {
  const azure = await startAzure();
  const withToken = async (audience: string) =>
    exchange(azure, { access_token: await signIn(azure, audience) });

  expect((await withToken(azure.connection.resourceManager)).status).toBe(200);
  expect((await withToken("https://management.azure.com/")).status).toBe(200);
  expect(await outcome(withToken("https://vault.azure.net"))).toBe("401 UNAUTHORIZED");
});

test("an access token that the sign-in host did not issue, or that has expired, is refused: 401", async () => {
  const azure = await startAzure();
  const accessToken = await signIn(azure, registryAudience);
  const stranger = await signIn(await startAzure(), registryAudience);

  for (const wrong of [
    "",
    "nonsense",
    stranger,
    `${accessToken.slice(0, -2)}xx`,
    await refreshToken(azure),
  ]) {
    expect(await outcome(exchange(azure, { access_token: wrong }))).toBe("401 UNAUTHORIZED");
  }
  vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  expect(await outcome(exchange(azure, { access_token: accessToken }))).toBe("401 UNAUTHORIZED");
});

test("an exchange is refused for another tenant, for another registry, and for another grant", async () => {
  const azure = await startAzure();
  const elsewhere = "99999999-9999-4999-8999-999999999999";

  expect(await outcome(exchange(azure, { tenant: elsewhere }))).toBe("401 UNAUTHORIZED");
  expect(await outcome(exchange(azure, { service: "another.azurecr.invalid" }))).toBe("400 UNSUPPORTED");
  expect(await outcome(exchange(azure, { service: "" }))).toBe("400 UNSUPPORTED");
  expect(await outcome(exchange(azure, { grant_type: "refresh_token" }))).toBe("400 UNSUPPORTED");
  const { loginServer } = azure.connection.registries[0];
  // As Azure (Azure/acr 166): the path supports only POST.
  expect((await http(azure.connection, `https://${loginServer}/oauth2/exchange`)).status).toBe(404);
});

test("a refresh token expires after three hours and a quarter, by Azure's clock", async () => {
  const clock = new HandClock();
  const azure = await startAzure({ now: clock.now });
  const token = await refreshToken(azure);

  clock.forward(194 * 60_000);
  expect((await redeem(azure, token)).status).toBe(200);
  clock.forward(60_000);
  expect(await outcome(redeem(azure, token))).toBe("401 UNAUTHORIZED");
});

test("an access token, a token of another registry and a foreign token are no refresh tokens", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: "another1", resourceGroup: group },
    ],
  });
  const token = await refreshToken(azure);
  const accessToken = (await redeem(azure, token)).body.access_token;

  expect(await outcome(redeem(azure, token, pull, 1))).toBe("401 UNAUTHORIZED");
  for (const wrong of ["", accessToken, await signIn(azure, registryAudience)]) {
    expect(await outcome(redeem(azure, wrong))).toBe("401 UNAUTHORIZED");
  }
});

test("only /oauth2/token accepts a refresh token", async () => {
  const azure = await startAzure();

  const answer = await registryOf(azure).request(await refreshToken(azure), manifest);

  expect(answer.status).toBe(401);
  expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
});

test("an identity has full access to every repository, and may list the catalog", async () => {
  const azure = await startAzure();
  const token = await refreshToken(azure);
  const { request } = registryOf(azure);
  const all = "pull,push,delete,metadata_read,metadata_write";

  const { access_token: named } = (await redeem(azure, token, `repository:brand/new:${all},magic`)).body;
  const { access_token: any } = (await redeem(azure, token, "repository:payroll:* registry:catalog:*")).body;

  expect(claimsOf(named).access).toEqual([
    { type: "repository", name: "brand/new", actions: all.split(",") },
  ]);
  expect((await request(any, "/v2/payroll/tags/list")).status).toBe(200);
  expect((await request(any, "/v2/_catalog")).status).toBe(200);
  expect(await outcome(request(any, "/v2/azureiotedge-agent/tags/list"))).toBe("401 DENIED");
  expect(await outcome(request(named, "/v2/_catalog"))).toBe("401 DENIED");
});

test("an access token contains only repositories and the catalog", async () => {
  const azure = await startAzure();

  const { body } = await redeem(
    azure,
    await refreshToken(azure),
    "artifact-repository:repo:pull registry:other:*",
  );

  expect(claimsOf(body.access_token).access).toEqual([]);
});

test("docker login: the refresh token is the password of the user of zeros", async () => {
  const azure = await startAzure();
  const token = await refreshToken(azure);
  const { accessToken, login, request } = registryOf(azure);

  expect(await login(noUser, token)).toBe(200);
  expect((await request(await accessToken(noUser, token, pull), manifest)).status).toBe(200);
  expect(await login(noUser, "nonsense")).toBe(401);
  expect(await login("anybody", token)).toBe(401);
});

test("docker login: an access token is a password, too, with the access for which it was issued", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure, { actions: ["repositories/*/content/read"] });
  const { accessToken, login, request } = registryOf(azure);
  const narrow = await accessToken(name, passwords[0], pull);

  const access = await accessToken(noUser, narrow, `${pull},push`, "repository:azureiotedge-agent:pull");

  expect(claimsOf(access)).toMatchObject({
    sub: name,
    access: [{ type: "repository", name: "payroll", actions: ["pull"] }],
  });
  expect((await request(access, manifest)).status).toBe(200);
  await sdk(azure).tokens.update(group, registry, name, { status: "disabled" }, quick);
  expect(await login(noUser, narrow)).toBe(401);
});
