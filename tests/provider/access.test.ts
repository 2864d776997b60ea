/** With which identity, and to which cloud, the plugin goes; and that it goes nowhere before it must. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { PluginClient } from "local-azure/pulumi";
import { unknown, unwrapSecrets } from "provider-protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Resource } from "../support/engine.js";
import { CredentialsResource, pluginFolder, Stage } from "../support/stage.js";

let stage: Stage;
let folder: string;
/** Knows nothing of Azure but what a resource gives it. */
let bare: PluginClient;
/** With an environment for one test alone. */
let plugin: PluginClient | undefined;

beforeAll(async () => {
  stage = await Stage.set();
  folder = mkdtempSync(join(tmpdir(), "access-"));
  bare = await startWith({});
});

afterAll(async () => {
  await bare?.close();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => stage.azure.faults.clear());

afterEach(async () => {
  await plugin?.close();
  plugin = undefined;
});

const identityVariables = [
  "ARM_CLIENT_ID",
  "ARM_CLIENT_SECRET",
  "ARM_TENANT_ID",
  "ARM_ENVIRONMENT",
  "ARM_METADATA_HOSTNAME",
  "ARM_METADATA_HOST",
  "ARM_SUBSCRIPTION_ID",
  "ARM_USE_OIDC",
  "ARM_OIDC_TOKEN",
];

/** Starts a plugin whose environment knows no Azure but what is given, and no az. */
function startWith(env: Record<string, string>): Promise<PluginClient> {
  const none = Object.fromEntries(identityVariables.map((name) => [name, undefined]));
  return PluginClient.start(
    { directory: pluginFolder },
    { env: { ...stage.azure.environment, ...none, PATH: folder, ...env } },
  );
}

/** A resource of a plugin of its own with this environment; without one, of the one that knows nothing. */
async function resourceWith(env?: Record<string, string>): Promise<CredentialsResource> {
  if (env !== undefined) {
    plugin = await startWith(env);
  }
  const started = plugin ?? bare;
  return new CredentialsResource("acr-token:index:TokenCredentials", "credentials", () => started);
}

/** The error of an up, in which no secret may be; nor in what the plugin wrote. */
async function failure(resource: Resource, args: Record<string, unknown>, secrets: string[] = []) {
  const error = await resource.up(args).then(
    () => "no error",
    (thrown: Error) => thrown.message,
  );
  const { clientSecret } = stage.azure.connection;
  for (const secret of [clientSecret, ...secrets]) {
    expect(error).not.toContain(secret);
    expect((plugin ?? bare).log).not.toContain(secret);
  }
  return error;
}

/** An `az` that has signed in, and writes down what it is asked. */
async function fakeAz(): Promise<{ path: string; asked: () => string }> {
  const accessToken = await stage.client.signIn();
  const expires = new Date(Date.now() + 3_000_000);
  const answer = {
    accessToken,
    expiresOn: expires.toISOString().replace("T", " ").replace("Z", "000"),
    expires_on: Math.floor(expires.getTime() / 1000),
    subscription: stage.azure.connection.subscriptionId,
    tenant: stage.azure.connection.tenantId,
    tokenType: "Bearer",
  };
  const path = mkdtempSync(join(folder, "az-"));
  writeFileSync(join(path, "answer.json"), JSON.stringify(answer));
  writeFileSync(join(path, "asked"), "");
  writeFileSync(
    join(path, "az"),
    `#!/bin/sh\necho "$@" >> '${path}/asked'\n/bin/cat '${path}/answer.json'\n`,
  );
  chmodSync(join(path, "az"), 0o755);
  return { path, asked: () => readFileSync(join(path, "asked"), "utf8") };
}

async function worksFor(resource: CredentialsResource, args: Record<string, unknown>): Promise<void> {
  await resource.up(args);
  const { username, password } = resource.exported;
  expect(await stage.canLogIn(username, password)).toBe(true);
}

describe("identity", () => {
  test("that of the input azure, with nothing in the environment", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();

    const tokenId = await stage.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await worksFor(credentials, { tokenId, azure });

    // Reading and deleting know it from the state.
    await credentials.refresh();
    expect(unwrapSecrets(credentials.saved.outputs.azure)).toEqual(azure);
    await credentials.destroy();
    expect(await stage.client.slots(tokenId)).toEqual([]);
  });

  test("that of the ARM_* variables", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith({
      ARM_CLIENT_ID: clientId,
      ARM_CLIENT_SECRET: clientSecret,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await worksFor(credentials, { tokenId: await stage.newToken() });
  });

  test("the input azure goes before the environment, setting by setting", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith({
      ARM_CLIENT_ID: "somebody-else",
      ARM_CLIENT_SECRET: clientSecret,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await worksFor(credentials, { tokenId: await stage.newToken(), azure: { clientId } });
  });

  test("that of OIDC, by a token of another identity provider", async () => {
    const { clientId, tenantId, metadataHost, oidcToken } = stage.azure.connection;
    const credentials = await resourceWith({
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN: oidcToken,
      ARM_CLIENT_ID: clientId,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await worksFor(credentials, { tokenId: await stage.newToken() });
    expect((plugin ?? bare).log).not.toContain(oidcToken);
  });

  test("that of az login, where no secret is set", async () => {
    const { metadataHost, resourceManager, tenantId } = stage.azure.connection;
    const az = await fakeAz();
    const credentials = await resourceWith({
      ARM_METADATA_HOSTNAME: metadataHost,
      ARM_TENANT_ID: tenantId,
      PATH: [az.path, process.env.PATH].join(delimiter),
    });

    await worksFor(credentials, { tokenId: await stage.newToken() });

    expect(az.asked()).toContain("account get-access-token");
    expect(az.asked()).toContain(`--resource ${resourceManager}`);
    expect(az.asked()).toContain(`--tenant ${tenantId}`);
  });

  test("a changed secret is an update without a call, and serves from then on", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();
    const tokenId = await stage.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await credentials.up({ tokenId, azure });

    expect((await credentials.preview({ tokenId, azure: { ...azure, clientSecret: "old" } })).operation).toBe(
      "update",
    );
    expect(
      await stage.requestsOf(() => credentials.up({ tokenId, azure: { ...azure, clientSecret: "old" } })),
    ).toEqual([]);
    await expect(credentials.refresh()).rejects.toThrow(/AADSTS7000215/);
    await credentials.up({ tokenId, azure });
    await credentials.refresh();
  });
});

test("what is replaced is deleted with the identity of this run, since the one in the state may be shut out", async () => {
  const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
  const credentials = await resourceWith();
  const tokenId = await stage.newToken();
  const azure = { clientId, clientSecret, tenantId, metadataHost };
  await credentials.up({ tokenId, azure });
  await credentials.up({ tokenId, azure: { ...azure, clientSecret: "revoked" } });

  await credentials.up({ tokenId, azure }, { replace: true });

  const { username, password } = credentials.exported;
  expect(await stage.canLogIn(username, password)).toBe(true);
  expect(credentials.pendingDeletes).toEqual([]);
});

describe("errors say what to do and hold no secret", () => {
  test.for([
    {
      given: ["clientSecret"],
      missing: "clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID) and the tenantId",
    },
    {
      given: ["clientSecret", "tenantId"],
      missing: "clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID)",
    },
    {
      given: ["clientSecret", "clientId"],
      missing: "tenantId (azure.tenantId, azure-native:tenantId or ARM_TENANT_ID)",
    },
  ])("$given alone", async ({ given, missing }) => {
    const { connection } = stage.azure;
    const { metadataHost } = connection;
    const azure = Object.fromEntries(given.map((name) => [name, connection[name as "clientId"]]));
    const credentials = await resourceWith();

    const error = await failure(credentials, {
      tokenId: await stage.newToken(),
      azure: { ...azure, metadataHost },
    });

    expect(error).toContain(`a client secret for Azure is set, but not the ${missing}`);
    expect(error).toMatch(/set both beside it, or none to use az login/);
  });

  test("nothing at all: it lists what was looked for", async () => {
    const credentials = await resourceWith();
    const { metadataHost } = stage.azure.connection;

    const error = await failure(credentials, { tokenId: await stage.newToken(), azure: { metadataHost } });

    expect(error).toMatch(/^could not find the login server of registry myregistry /);
    expect(error).toContain("no sign-in to Azure");
    const missing = error.slice(error.indexOf("not set: "));
    for (const name of ["clientId", "clientSecret", "tenantId"]) {
      expect(missing).toContain(
        `${name} (azure.${name}, azure-native:${name} or ARM_${name.replace(/[A-Z]/, "_$&").toUpperCase()})`,
      );
    }
    expect(error).toContain("(left to az login; not set: ");
    expect(error).toContain("sign in with az login, or set the client id, secret and tenant");
  });

  test("a wrong secret", async () => {
    const { clientId, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();

    const error = await failure(
      credentials,
      {
        tokenId: await stage.newToken(),
        azure: { clientId, tenantId, metadataHost, clientSecret: "not-the-s3cret" },
      },
      ["not-the-s3cret"],
    );

    expect(error).toContain("no sign-in to Azure");
    expect(error).toContain("AADSTS7000215");
    expect(error).toContain(
      `left to a client secret; set by the argument azure, or by azure-native's provider or configuration: clientId ending in 3333, tenantId ${tenantId}, clientSecret; not set: `,
    );
    expect(error).not.toContain("az login;");
  });

  test("a wrong tenant", async () => {
    const { clientId, clientSecret, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();
    const tenantId = "99999999-9999-4999-8999-999999999999";

    const error = await failure(credentials, {
      tokenId: await stage.newToken(),
      azure: { clientId, clientSecret, tenantId, metadataHost },
    });

    expect(error).toContain("no sign-in to Azure");
    expect(error).toContain(`tenantId ${tenantId}, `);
  });

  test("a sign-in that failed can be mended while the plugin runs", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();
    const tokenId = await stage.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await failure(credentials, { tokenId, azure: { ...azure, clientSecret: "wrong" } });

    await worksFor(credentials, { tokenId, azure });
  });

  test.for([
    {
      why: "nobody listens",
      host: () => "127.0.0.1:65533",
      said: /cannot be rea(d|ched) \(.*ECONNREFUSED.*\)/,
    },
    {
      why: "something else answers there",
      host: () => stage.azure.connection.authority.slice("https://".length),
      said: /answered 404/,
    },
  ])("a bad metadata host: $why", async ({ host, said }) => {
    const metadataHost = host();
    const credentials = await resourceWith();

    const error = await failure(credentials, { tokenId: await stage.newToken(), azure: { metadataHost } });

    expect(error).toContain(metadataHost);
    expect(error).toMatch(said);
    expect(error).toContain("azure-native:metadataHost or ARM_METADATA_HOSTNAME");
  });

  test("a metadata service that does not answer for a moment is asked again by the next call", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
    const credentials = await resourceWith();
    const args = {
      tokenId: await stage.newToken(),
      // With a setting that nobody else has: what was found for others is kept.
      azure: { clientId, clientSecret, tenantId, metadataHost, environment: "china" },
    };
    stage.azure.faults.add({ kind: "answer", status: 400, path: /^\/metadata/, times: 10 });
    expect(await failure(credentials, args)).toContain("answered 400");
    stage.azure.faults.clear();

    await worksFor(credentials, args);
  });

  test("an unknown environment name", async () => {
    const credentials = await resourceWith({ ARM_ENVIRONMENT: "publik" });

    const error = await failure(credentials, { tokenId: await stage.newToken() });

    expect(error).toContain(
      'no Azure cloud has the name "publik": set azure-native:environment or ARM_ENVIRONMENT to one of public, usgovernment, china',
    );
  });
});

test("Azure's SDK is loaded with the first call to Azure and not before", async () => {
  const file = join(folder, "loaded");
  writeFileSync(file, "");
  const { clientId, clientSecret, tenantId, metadataHost } = stage.azure.connection;
  const credentials = await resourceWith({
    NODE_OPTIONS: `--require=${JSON.stringify(resolve("tests/support/loadedModules.cjs"))}`,
    LOADED_MODULES_FILE: file,
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: clientSecret,
    ARM_TENANT_ID: tenantId,
    ARM_METADATA_HOSTNAME: metadataHost,
  });
  const loaded = (name: string) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((module) => module.includes(name));
  const tokenId = await stage.newToken();

  await credentials.preview({ tokenId: unknown });
  await credentials.preview({ tokenId });
  const { inputs } = await credentials.preview({ tokenId });
  const outputs = { ...inputs, username: "x", passwords: [], password: "x" };
  await plugin?.diff("id", credentials.urn, outputs, inputs, inputs);
  await plugin?.getSchema();

  // The plugin is bundled: what it loads when it is needed are files of its own.
  expect(loaded("plugin/index.js")).not.toEqual([]);
  expect(loaded("identity.js")).toEqual([]);
  expect(loaded("arm-containerregistry.js")).toEqual([]);
  expect(loaded("@pulumi/")).toEqual([]);

  await worksFor(credentials, { tokenId });

  expect(loaded("identity.js")).not.toEqual([]);
  expect(loaded("arm-containerregistry.js")).not.toEqual([]);
  expect(loaded("@pulumi/")).toEqual([]);
});
