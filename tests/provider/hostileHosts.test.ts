/** Whoever leads the plugin to another host, or away from TLS, gets neither a token nor a secret of it. */
import type { Fault } from "local-azure";
import { PluginClient } from "local-azure/pulumi";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Resource } from "../support/engine.js";
import { HostileHost } from "../support/hostileHost.js";
import { CredentialsResource, nameOf, pluginFolder, Stage } from "../support/stage.js";

const always = Number.POSITIVE_INFINITY;

let stage: Stage;
let evil: HostileHost;
let plugin: PluginClient;
let tokenId: string;

beforeAll(async () => {
  stage = await Stage.set();
  evil = await HostileHost.start(stage.azure.connection.caFile);
});

afterAll(async () => {
  evil?.close();
  await stage?.close();
});

/** A plugin that trusts the hostile host's certificate, as it would that of any host. */
beforeEach(async () => {
  plugin = await startPlugin();
  tokenId = await stage.newToken();
});

afterEach(async () => {
  stage.azure.faults.clear();
  evil.asked.splice(0);
  evil.answer = () => ({});
  await plugin.close();
});

async function startPlugin(env: Record<string, string> = {}): Promise<PluginClient> {
  const { caFile } = evil;
  const trust = { NODE_EXTRA_CA_CERTS: caFile, SSL_CERT_FILE: caFile };
  const started = await PluginClient.start(
    { directory: pluginFolder },
    // What is at a hostile address is to be looked at, as in any cloud.
    { env: { ...stage.azure.environment, ARM_DISABLE_INSTANCE_DISCOVERY: "", ...trust, ...env } },
  );
  await started.configure();
  return started;
}

function credentials(): CredentialsResource {
  return new CredentialsResource("acr-token:index:TokenCredentials", "credentials", () => plugin);
}

/** The error of an up, after which the hostile host has seen no token, no secret and no password. */
async function refusal(resource: Resource, args: Record<string, unknown>): Promise<string> {
  const error = await resource.up(args).then(
    () => "no error",
    (thrown: Error) => thrown.message,
  );
  expect(error).not.toBe("no error");
  expect(evil.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  const seen = JSON.stringify(evil.asked);
  const { clientSecret, oidcToken } = stage.azure.connection;
  const passwords = resource.state === undefined ? [] : (resource as CredentialsResource).exported.passwords;
  for (const secret of [clientSecret, oidcToken, ...(passwords ?? []).map(({ value }) => value)]) {
    expect(seen).not.toContain(secret);
  }
  return error;
}

describe("the metadata service", () => {
  const metadata = (resourceManager: unknown, loginEndpoint: unknown): Fault => ({
    kind: "alter",
    path: /metadata\/endpoints/,
    times: always,
    body: (body) => {
      const { resourceManager: own, authentication, ...rest } = JSON.parse(body);
      return JSON.stringify({
        ...rest,
        resourceManager: resourceManager ?? own,
        authentication: { ...authentication, loginEndpoint: loginEndpoint ?? authentication.loginEndpoint },
      });
    },
  });

  test.each<[string, () => Fault, () => RegExp]>([
    [
      "names a resource manager of another domain",
      () => metadata(`https://${evil.host}`, undefined),
      () => new RegExp(`names ${evil.host} as the resource manager, which is neither in its own domain nor`),
    ],
    [
      "names a sign-in host of another domain",
      () => metadata(undefined, `https://${evil.host}/adfs`),
      () => new RegExp(`names ${evil.host} as the sign-in host, which is neither in its own domain nor`),
    ],
    [
      "names a resource manager without TLS",
      () => metadata(`http://${evil.plainHost}`, undefined),
      () =>
        new RegExp(
          `names "http://${evil.plainHost}" as the resource manager, which is no address that begins with https://`,
        ),
    ],
    [
      "names a sign-in host without TLS",
      () => metadata(undefined, `http://${evil.plainHost}`),
      () => new RegExp(`names "http://${evil.plainHost}" as the sign-in host, which is no address`),
    ],
    [
      "names a sign-in host behind a user name",
      () => metadata(undefined, `https://login.microsoftonline.com@${evil.host}`),
      () => /as the sign-in host, which is no address/,
    ],
    [
      "names no text",
      () => metadata({ host: "x" }, undefined),
      () => /names {"host":"x"} as the resource manager/,
    ],
    [
      "sends on to another host",
      () => ({
        kind: "alter",
        path: /metadata\/endpoints/,
        times: always,
        status: 302,
        headers: { location: `https://${evil.host}/metadata/endpoints` },
      }),
      () => new RegExp(`sends on to ${evil.host}, where nothing is sent`),
    ],
  ])("that %s is not followed", async (_what, fault, said) => {
    stage.azure.faults.add(fault());
    const before = stage.azure.requests.length;
    const error = await refusal(credentials(), { tokenId });
    expect(error).toMatch(said());
    expect(error).toContain("check azure-native:metadataHost or ARM_METADATA_HOSTNAME");
    expect(evil.asked).toEqual([]);
    expect(stage.azure.requests.slice(before).every(({ url }) => url.includes("metadata/endpoints"))).toBe(
      true,
    );
  });

  test("of another domain is followed where disableInstanceDiscovery says that the hosts are right", async () => {
    stage.azure.faults.add(metadata(`https://${evil.host}`, undefined));
    const error = await credentials()
      .up({ tokenId, azure: { disableInstanceDiscovery: true } })
      .catch((thrown: Error) => thrown.message);
    expect(error).toContain("could not find the login server");
    expect(evil.asked.length).toBeGreaterThan(0);
  });

  test("that is one only with a path or a user name is refused, also from the environment", async () => {
    await plugin.close();
    plugin = await startPlugin({
      ARM_METADATA_HOSTNAME: `${stage.azure.connection.metadataHost}@${evil.host}`,
    });
    expect(await refusal(credentials(), { tokenId })).toContain(
      'metadataHost (azure.metadataHost, azure-native:metadataHost or ARM_METADATA_HOSTNAME) must be a host such as "management.azure.com"',
    );
    expect(evil.asked).toEqual([]);
  });
});

describe("the resource manager", () => {
  const generate = (fault: Partial<Fault>): Fault =>
    ({ path: /generateCredentials/, times: always, kind: "alter", ...fault }) as Fault;

  const poll = (header: string, url: string) =>
    generate({ status: 202, headers: { [header]: url }, body: () => "" } as Partial<Fault>);

  test.each<[string, () => Fault, () => string]>([
    [
      "redirects to another host (302)",
      () => generate({ status: 302, headers: { location: `https://${evil.host}/x` } } as Partial<Fault>),
      () => evil.host,
    ],
    [
      "redirects to another host, with the body (307)",
      () => generate({ status: 307, headers: { location: `https://${evil.host}/x` } } as Partial<Fault>),
      () => evil.host,
    ],
    [
      "redirects away from TLS (308)",
      () => generate({ status: 308, headers: { location: `http://${evil.plainHost}/x` } } as Partial<Fault>),
      () => evil.plainHost,
    ],
    [
      "has its result at another host (Location)",
      () => poll("location", `https://${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its result where there is no TLS",
      () => poll("location", `http://${evil.plainHost}/x`),
      () => `http://${evil.plainHost}`,
    ],
    [
      "has its status at another host (Azure-AsyncOperation)",
      () => poll("azure-asyncoperation", `https://${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its status at its own host under another port",
      () => poll("azure-asyncoperation", `https://127.0.0.1:${evil.host.split(":")[1]}/x`),
      () => `127.0.0.1:${evil.host.split(":")[1]}`,
    ],
    [
      "has its status at a host with its own as a user name",
      () => poll("azure-asyncoperation", `https://${stage.azure.connection.metadataHost}@${evil.host}/x`),
      () => evil.host,
    ],
    [
      "has its operation at another host (Operation-Location)",
      () => poll("operation-location", `https://${evil.host}/x`),
      () => evil.host,
    ],
  ])("that %s is not followed", async (_what, fault, host) => {
    evil.answer = () => ({
      body: { status: "Succeeded", passwords: [{ name: "password1", value: "evil" }] },
    });
    stage.azure.faults.add(fault());
    const error = await refusal(credentials(), { tokenId });
    expect(error).toContain(`could not make password1 and password2 of token ${nameOf(tokenId)}`);
    expect(error).toContain(`Azure at ${stage.azure.connection.metadataHost} leads to ${host()}`);
    expect(evil.asked).toEqual([]);
  });

  test("that changes a token and has the operation elsewhere is not followed", async () => {
    const access = { tokenId, scopeMapId: stage.scopeMapId("_repositories_pull"), status: "disabled" };
    stage.azure.faults.add({
      kind: "alter",
      method: "PATCH",
      headers: { "azure-asyncoperation": `https://${evil.host}/x` },
      body: (body) => body.replace('"Succeeded"', '"Updating"'),
    });
    const { Resource: AnyResource } = await import("../support/engine.js");
    const resource = new AnyResource("acr-token:index:TokenAccess", "access", () => plugin);
    expect(await refusal(resource, access)).toContain(`leads to ${evil.host}`);
    expect(evil.asked).toEqual([]);
  });

  test("whose challenge names another place to sign in is not believed", async () => {
    const challenge = `Bearer authorization_uri="https://${evil.host}/common", error="insufficient_claims", claims="eyJ4IjoxfQ==", realm="https://${evil.host}", resource_id="https://${evil.host}"`;
    stage.azure.faults.add({
      kind: "answer",
      path: /generateCredentials/,
      status: 401,
      code: "InvalidAuthenticationToken",
      headers: { "www-authenticate": challenge },
      times: always,
    });
    expect(await refusal(credentials(), { tokenId })).toContain(
      "Azure answered 401 InvalidAuthenticationToken",
    );
    expect(evil.asked).toEqual([]);
  });
});

describe("the sign-in host", () => {
  test("that has its token endpoint elsewhere is not followed", async () => {
    stage.azure.faults.add({
      kind: "alter",
      path: /openid-configuration/,
      times: always,
      body: (body) => JSON.stringify({ ...JSON.parse(body), token_endpoint: `https://${evil.host}/token` }),
    });
    expect(await refusal(credentials(), { tokenId })).toContain(`leads to ${evil.host}`);
    expect(evil.asked).toEqual([]);
  });

  test.each([302, 307, 308])("that redirects to another host is not followed: %d", async (status) => {
    stage.azure.faults.add({
      kind: "alter",
      host: "authority",
      method: "POST",
      times: always,
      status,
      headers: { location: `https://${evil.host}/token` },
    });
    const { authority } = stage.azure.connection;
    expect(await refusal(credentials(), { tokenId })).toContain(
      `no sign-in to Azure at ${new URL(authority).host}: Azure at ${new URL(authority).host} leads to ${evil.host}`,
    );
    expect(evil.asked).toEqual([]);
  });
});

describe("the registry", () => {
  test.each([
    ["another host", () => `https://${evil.host}/oauth2/token`, () => evil.host],
    ["where there is no TLS", () => `http://${evil.plainHost}/oauth2/token`, () => evil.plainHost],
  ])(
    "that redirects a login to %s is not followed, and the password is not taken for live",
    async (_what, to, host) => {
      stage.azure.faults.add({
        kind: "alter",
        host: "registry",
        times: always,
        status: 307,
        headers: { location: to() },
      });
      const error = await refusal(credentials(), { tokenId, waitUntilLive: true });
      expect(error).toContain(
        `cannot be asked from here (it sends on to ${host()}, where no password is sent)`,
      );
      expect(evil.asked).toEqual([]);
    },
  );

  test("whose challenge names another realm is not believed", async () => {
    stage.azure.faults.add({
      kind: "answer",
      host: "registry",
      status: 401,
      headers: { "www-authenticate": `Bearer realm="https://${evil.host}/oauth2/token",service="x"` },
    });
    await credentials().up({ tokenId, waitUntilLive: true });
    expect(evil.asked).toEqual([]);
  });
});

describe("the OIDC provider", () => {
  const oidc = (url: string) => ({ useOidc: true, oidcRequestUrl: url, oidcRequestToken: "request-bearer" });

  test("that redirects is not followed", async () => {
    evil.answer = ({ url = "" }) =>
      url.startsWith("/first") ? { status: 302, headers: { location: `https://127.0.0.1:1/x` } } : {};
    await plugin.close();
    plugin = await startPlugin({ ARM_CLIENT_SECRET: "" });
    const error = await credentials()
      .up({ tokenId, azure: oidc(`https://${evil.host}/first`) })
      .catch((thrown: Error) => thrown.message);
    expect(error).toContain(
      `https://${evil.host} gave no OIDC token: it sends on to 127.0.0.1:1, where nothing is sent`,
    );
  });

  test("without TLS is not asked, also where the environment names it", async () => {
    await plugin.close();
    plugin = await startPlugin({
      ARM_CLIENT_SECRET: "",
      ARM_USE_OIDC: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://${evil.plainHost}/token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-bearer",
    });
    expect(await refusal(credentials(), { tokenId })).toMatch(
      /oidcRequestUrl \(.*ACTIONS_ID_TOKEN_REQUEST_URL\) must be a URL that begins with https:\/\/, got one that begins with "http:"/,
    );
    expect(evil.asked).toEqual([]);
  });
});
