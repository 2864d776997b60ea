import { expect, test } from "vitest";
import { Clock } from "../azure/clock";
import type { Request } from "../azure/http";
import { JwtSigner } from "../azure/jwt";
import { NameMap } from "../azure/names";
import { Images } from "../azure/registry/images";
import { registryHandler } from "../azure/registry/requestHandler";
import type { Registry } from "../azure/state";

const loginServer = "registry.invalid";
const tenantId = "a-tenant";

/** A registry's endpoint without a listener, and the changeable owners of the registry. */
function makeDoor() {
  const clock = new Clock(() => new Date());
  const authority = new JwtSigner();
  const owners = new Set(["an-owner"]);
  const handle = registryHandler({
    registry: {
      loginServer,
      tokens: new NameMap(),
      scopeMaps: new NameMap(),
      images: new Images(clock),
    } as unknown as Registry,
    clock,
    signer: new JwtSigner(),
    authority: {
      signer: authority,
      tenantId,
      resourceManager: () => "https://resources.invalid",
      owners: () => owners,
    },
    replicationLagMs: () => 0,
  });
  const ask = async (method: string, path: string, headers = {}, form: Record<string, string> = {}) => {
    const request: Request = {
      method,
      url: new URL(path, `https://${loginServer}`),
      headers,
      body: Buffer.from(new URLSearchParams({ service: loginServer, ...form }).toString()),
      receivedAtMs: 0,
    };
    const { status, body = {} } = await handle(request);
    return { status, body: body as Record<string, string> };
  };
  const exchange = (appid: string) =>
    ask(
      "POST",
      "/oauth2/exchange",
      {},
      {
        grant_type: "access_token",
        access_token: authority.sign({
          appid,
          aud: "https://containerregistry.azure.net",
          exp: Date.now() / 1000 + 60,
        }),
      },
    );
  const redeem = (refreshToken: string) =>
    ask(
      "POST",
      "/oauth2/token",
      {},
      {
        grant_type: "refresh_token",
        refresh_token: refreshToken,
        scope: "registry:catalog:*",
      },
    );
  const catalog = (accessToken: string) =>
    ask("GET", "/v2/_catalog", { authorization: `Bearer ${accessToken}` });
  return { owners, exchange, redeem, catalog };
}

test("an identity has access only if it owns the registry", async () => {
  const { exchange } = makeDoor();

  expect((await exchange("an-owner")).status).toBe(200);
  expect((await exchange("somebody")).status).toBe(401);
});

test("an identity loses access with the ownership, also with tokens from before", async () => {
  const { owners, exchange, redeem, catalog } = makeDoor();
  const refreshToken = (await exchange("an-owner")).body.refresh_token;
  const accessToken = (await redeem(refreshToken)).body.access_token;
  expect((await catalog(accessToken)).status).toBe(200);

  owners.clear();

  expect((await redeem(refreshToken)).status).toBe(401);
  expect((await catalog(accessToken)).status).toBe(401);
});
