import { ClientAssertionCredential, ClientSecretCredential } from "@azure/identity";
import type { LocalAzure } from "local-azure";
import { expect, test } from "vitest";
import { certificate, http, startAzure } from "./support.js";

function askToken(
  { connection }: LocalAzure,
  changes: Record<string, string> = {},
  tenant = connection.tenantId,
) {
  const form = {
    grant_type: "client_credentials",
    client_id: connection.clientId,
    client_secret: connection.clientSecret,
    scope: `${connection.resourceManager}/.default`,
    ...changes,
  };
  return http(connection, `${connection.authority}/${tenant}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form).toString(),
  });
}

test("OpenID discovery has issuer, authorization, token and key addresses of the sign-in host", async () => {
  const { connection } = await startAzure();
  const base = `${connection.authority}/${connection.tenantId}`;

  const { body } = await http(connection, `${base}/v2.0/.well-known/openid-configuration`);

  expect(body).toMatchObject({
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  });
});

test("OpenID discovery supports organizations, which az requests at logout, and no other tenant", async () => {
  const { connection } = await startAzure();
  const discover = (tenant: string) =>
    http(connection, `${connection.authority}/${tenant}/v2.0/.well-known/openid-configuration`);

  const { status, body } = await discover("organizations");
  expect([status, body.token_endpoint]).toEqual([
    200,
    `${connection.authority}/organizations/oauth2/v2.0/token`,
  ]);
  expect((await discover("44444444-4444-4444-8444-444444444444")).status).toBe(400);
});

test("client credentials get a token in JWT form with an expiry", async () => {
  const azure = await startAzure();

  const { status, body } = await askToken(azure);

  expect(status).toBe(200);
  expect(body.token_type).toBe("Bearer");
  const claims = JSON.parse(Buffer.from(body.access_token.split(".")[1], "base64url").toString());
  expect(claims).toMatchObject({ aud: azure.connection.resourceManager, tid: azure.connection.tenantId });
  expect(claims.exp * 1000).toBeGreaterThan(Date.now());
  expect(claims.exp - claims.iat).toBe(body.expires_in);
});

test("client credentials are accepted as Basic authorization", async () => {
  const azure = await startAzure();
  const { connection } = azure;
  const basic = Buffer.from(`${connection.clientId}:${connection.clientSecret}`).toString("base64");

  const { status } = await http(
    connection,
    `${connection.authority}/${connection.tenantId}/oauth2/v2.0/token`,
    {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: `grant_type=client_credentials&scope=${connection.resourceManager}/.default`,
    },
  );

  expect(status).toBe(200);
});

test.each([
  ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", 7000215],
  [
    "an unknown client",
    { client_id: "44444444-4444-4444-8444-444444444444" },
    400,
    "unauthorized_client",
    700016,
  ],
  ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type", 70003],
  ["a scope without /.default", { scope: "openid" }, 400, "invalid_scope", 1002012],
])("%s is refused", async (_, changes, status, error, code) => {
  const azure = await startAzure();

  const answer = await askToken(azure, changes);

  expect(answer.status).toBe(status);
  expect(answer.body.error).toBe(error);
  expect(answer.body.error_codes).toEqual([code]);
  expect(answer.body.error_description).toContain(`AADSTS${code}`);
});

test("another tenant is refused: AADSTS90002", async () => {
  const azure = await startAzure();
  const answer = await askToken(azure, {}, "44444444-4444-4444-8444-444444444444");
  expect(answer.body.error_codes).toEqual([90002]);
});

test("Azure's own identity client gets a token, and reports AADSTS7000215 for a wrong secret", async () => {
  const { connection } = await startAzure();
  const options = {
    authorityHost: connection.authority,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: certificate(connection) },
  };
  const get = (secret: string) =>
    new ClientSecretCredential(connection.tenantId, connection.clientId, secret, options).getToken(
      `${connection.resourceManager}/.default`,
    );

  expect((await get(connection.clientSecret)).token.split(".")).toHaveLength(3);
  await expect(get("wrong")).rejects.toThrow(/AADSTS7000215/);
});

test("the federated token signs in instead of the secret; another token is refused", async () => {
  const { connection } = await startAzure();
  const { tenantId, clientId, oidcToken } = connection;
  const options = {
    authorityHost: connection.authority,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: certificate(connection) },
  };
  const get = (assertion: string) =>
    new ClientAssertionCredential(tenantId, clientId, async () => assertion, options).getToken(
      `${connection.resourceManager}/.default`,
    );

  expect((await get(oidcToken)).token.split(".")).toHaveLength(3);
  await expect(get(`${oidcToken}x`)).rejects.toThrow(/AADSTS700213/);
});
