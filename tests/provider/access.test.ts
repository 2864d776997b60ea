/** The identity and the cloud that the plugin uses, and that it sends no request before it must. */
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { unknown, unwrapSecrets } from "provider-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { TestVault } from "../support/vault.js";
import { OwnEnvironment } from "./ownEnvironment.js";

let plugins: OwnEnvironment;
let environment: TestEnvironment;

beforeAll(async () => {
  plugins = await OwnEnvironment.set();
  environment = plugins.environment;
});

afterAll(() => plugins?.close());

beforeEach(() => environment.azure.faults.clear());

afterEach(() => plugins.endTest());

describe("identity", () => {
  test("that of the input azure, with nothing in the environment", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();

    const tokenId = await environment.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await plugins.worksFor(credentials, { tokenId, azure });

    // Reading and deleting know it from the state.
    await credentials.refresh();
    expect(unwrapSecrets(credentials.saved.outputs.azure)).toEqual(azure);
    await credentials.destroy();
    expect(await environment.client.slots(tokenId)).toEqual([]);
  });

  test("that of the ARM_* variables", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith({
      ARM_CLIENT_ID: clientId,
      ARM_CLIENT_SECRET: clientSecret,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await plugins.worksFor(credentials, { tokenId: await environment.newToken() });
  });

  test("the input azure goes before the environment, setting by setting", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith({
      ARM_CLIENT_ID: "somebody-else",
      ARM_CLIENT_SECRET: clientSecret,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await plugins.worksFor(credentials, { tokenId: await environment.newToken(), azure: { clientId } });
  });

  test("that of OIDC, by a token of another identity provider", async () => {
    const { clientId, tenantId, metadataHost, oidcToken } = environment.azure.connection;
    const credentials = await plugins.resourceWith({
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN: oidcToken,
      ARM_CLIENT_ID: clientId,
      ARM_TENANT_ID: tenantId,
      ARM_METADATA_HOSTNAME: metadataHost,
    });

    await plugins.worksFor(credentials, { tokenId: await environment.newToken() });
    expect(plugins.running.log).not.toContain(oidcToken);
  });

  test("that of az login, if no secret is set", async () => {
    const { metadataHost, resourceManager, tenantId } = environment.azure.connection;
    const az = await plugins.fakeAz();
    const credentials = await plugins.resourceWith({
      ARM_METADATA_HOSTNAME: metadataHost,
      ARM_TENANT_ID: tenantId,
      PATH: [az.path, process.env.PATH].join(delimiter),
    });

    await plugins.worksFor(credentials, { tokenId: await environment.newToken() });

    expect(az.asked()).toContain("account get-access-token");
    expect(az.asked()).toContain(`--resource ${resourceManager}`);
    expect(az.asked()).toContain(`--tenant ${tenantId}`);
  });

  test("a changed secret is an update without a call, and serves from then on", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();
    const tokenId = await environment.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await credentials.up({ tokenId, azure });

    expect((await credentials.preview({ tokenId, azure: { ...azure, clientSecret: "old" } })).operation).toBe(
      "update",
    );
    expect(
      await environment.requestsOf(() =>
        credentials.up({ tokenId, azure: { ...azure, clientSecret: "old" } }),
      ),
    ).toEqual([]);
    await expect(credentials.refresh()).rejects.toThrow(/AADSTS7000215/);
    await credentials.up({ tokenId, azure });
    await credentials.refresh();
  });
});

test("a replaced resource is deleted with the identity of this run, since the identity in the state may have no access any more", async () => {
  const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
  const credentials = await plugins.resourceWith();
  const tokenId = await environment.newToken();
  const azure = { clientId, clientSecret, tenantId, metadataHost };
  await credentials.up({ tokenId, azure });
  await credentials.up({ tokenId, azure: { ...azure, clientSecret: "revoked" } });

  await credentials.up({ tokenId, azure }, { replace: true });

  const { username, password } = credentials.exported;
  expect(await environment.canLogIn(username, password)).toBe(true);
  expect(credentials.pendingDeletes).toEqual([]);
});

test("Azure's SDK is loaded with the first call to Azure and not before, and the client of Key Vault with the first secret", async () => {
  const file = join(plugins.folder, "loaded");
  writeFileSync(file, "");
  const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
  const credentials = await plugins.resourceWith({
    NODE_OPTIONS: `${environment.clock.environment.NODE_OPTIONS} --require=${JSON.stringify(resolve("tests/support/loadedModules.cjs"))}`,
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
  const tokenId = await environment.newToken();

  await credentials.preview({ tokenId: unknown });
  await credentials.preview({ tokenId });
  const { inputs } = await credentials.preview({ tokenId });
  const outputs = { ...inputs, username: "x", passwords: [], password: "x" };
  await plugins.running.diff("id", credentials.urn, outputs, inputs, inputs);
  await plugins.running.getSchema();

  // The plugin is bundled: what it loads when it is needed are files of its own.
  expect(loaded("plugin/index.js")).not.toEqual([]);
  expect(loaded("identity.js")).toEqual([]);
  expect(loaded("core-lro.js")).toEqual([]);
  expect(loaded("@pulumi/")).toEqual([]);

  await plugins.worksFor(credentials, { tokenId });

  expect(loaded("identity.js")).not.toEqual([]);
  expect(loaded("core-lro.js")).not.toEqual([]);
  expect(loaded("@pulumi/")).toEqual([]);
  expect(loaded("/client.js")).toEqual([]);

  const vault = await TestVault.create(environment);
  await credentials.up({ tokenId, keyVault: { vaultUri: vault.uri } });
  const { username } = credentials.exported;
  expect(await environment.canLogIn(username, await vault.value(`${username}-password`))).toBe(true);
  expect(loaded("/client.js")).not.toEqual([]);
});
