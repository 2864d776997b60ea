/** A client that leads a sign-in or a login to another host, or away from TLS, gets neither a token nor a secret. */
import { beforeEach, describe, expect, test } from "vitest";
import type { HostileHost } from "../support/hostileHost.js";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { type HostileEnvironment, onHostileEnvironment } from "./hostileEnvironment.js";

const always = Number.POSITIVE_INFINITY;

let hostile: HostileEnvironment;
let environment: TestEnvironment;
let evil: HostileHost;
let tokenId: string;

onHostileEnvironment((on, id) => {
  hostile = on;
  ({ environment, evil } = on);
  tokenId = id;
});

// A plugin remembers where it signed in and what it found there.
beforeEach(() => hostile.restart());

describe("the sign-in host", () => {
  test("that has its token endpoint elsewhere is not followed", async () => {
    environment.azure.faults.add({
      kind: "alter",
      path: /openid-configuration/,
      times: always,
      body: (body) => JSON.stringify({ ...JSON.parse(body), token_endpoint: `https://${evil.host}/token` }),
    });
    expect(await hostile.refusal(hostile.credentials(), { tokenId })).toContain(`leads to ${evil.host}`);
    expect(evil.asked).toEqual([]);
  });

  test.each([302, 307, 308])("that redirects to another host is not followed: %d", async (status) => {
    environment.azure.faults.add({
      kind: "alter",
      host: "authority",
      method: "POST",
      times: always,
      status,
      headers: { location: `https://${evil.host}/token` },
    });
    const { authority } = environment.azure.connection;
    expect(await hostile.refusal(hostile.credentials(), { tokenId })).toContain(
      `no sign-in to Azure at ${new URL(authority).host}: Azure at ${new URL(authority).host} leads to ${evil.host}`,
    );
    expect(evil.asked).toEqual([]);
  });
});

describe("the registry", () => {
  test.each([
    ["another host", () => `https://${evil.host}/oauth2/token`, () => evil.host],
    ["an address without TLS", () => `http://${evil.plainHost}/oauth2/token`, () => evil.plainHost],
  ])(
    "that redirects a login to %s is not followed, and the password is not taken for live",
    async (_what, to, host) => {
      environment.azure.faults.add({
        kind: "alter",
        host: "registry",
        times: always,
        status: 307,
        headers: { location: to() },
      });
      const error = await hostile.refusal(hostile.credentials(), { tokenId, waitUntilLive: true });
      expect(error).toContain(
        `cannot be asked from here (it redirects to ${host()}, and redirects are not followed)`,
      );
      expect(evil.asked).toEqual([]);
    },
  );

  test("whose challenge names another realm is not followed", async () => {
    environment.azure.faults.add({
      kind: "answer",
      host: "registry",
      status: 401,
      headers: { "www-authenticate": `Bearer realm="https://${evil.host}/oauth2/token",service="x"` },
    });
    await hostile.credentials().up({ tokenId, waitUntilLive: true });
    expect(evil.asked).toEqual([]);
  });
});

describe("the OIDC provider", () => {
  const oidc = (url: string) => ({ useOidc: true, oidcRequestUrl: url, oidcRequestToken: "request-bearer" });

  test("that redirects is not followed", async () => {
    evil.answer = ({ url = "" }) =>
      url.startsWith("/first") ? { status: 302, headers: { location: `https://127.0.0.1:1/x` } } : {};
    await hostile.restart({ ARM_CLIENT_SECRET: "" });
    const error = await hostile
      .credentials()
      .up({ tokenId, azure: oidc(`https://${evil.host}/first`) })
      .catch((thrown: Error) => thrown.message);
    expect(error).toContain(
      `https://${evil.host} gave no OIDC token: it redirects to 127.0.0.1:1, and redirects are not followed`,
    );
  });

  test("without TLS gets no request, also if the environment names it", async () => {
    await hostile.restart({
      ARM_CLIENT_SECRET: "",
      ARM_USE_OIDC: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://${evil.plainHost}/token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-bearer",
    });
    expect(await hostile.refusal(hostile.credentials(), { tokenId })).toMatch(
      /oidcRequestUrl \(.*ACTIONS_ID_TOKEN_REQUEST_URL\) must be a URL that begins with https:\/\/, got one that begins with "http:"/,
    );
    expect(evil.asked).toEqual([]);
  });
});
