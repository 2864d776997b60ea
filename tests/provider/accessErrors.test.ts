/** With an identity or a cloud that is wrong or missing, the error says what to do, and holds no secret. */
import { secret } from "provider-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestEnvironment } from "../support/testEnvironment.js";
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
    const { connection } = environment.azure;
    const { metadataHost } = connection;
    const azure = Object.fromEntries(given.map((name) => [name, connection[name as "clientId"]]));
    const credentials = await plugins.resourceWith();

    const error = await plugins.failure(credentials, {
      tokenId: await environment.newToken(),
      azure: { ...azure, metadataHost },
    });

    expect(error).toContain(`a client secret for Azure is set, but not the ${missing}`);
    expect(error).toMatch(/set both beside it, or none to use az login/);
  });

  test("no setting at all: the error lists the settings that it looked for", async () => {
    const credentials = await plugins.resourceWith();
    const { metadataHost } = environment.azure.connection;

    const error = await plugins.failure(credentials, {
      tokenId: await environment.newToken(),
      azure: { metadataHost },
    });

    expect(error).toMatch(/^could not find the login server of registry myregistry /);
    expect(error).toContain("no sign-in to Azure");
    const missing = error.slice(error.indexOf("not set: "));
    for (const name of ["clientId", "clientSecret", "tenantId"]) {
      expect(missing).toContain(
        `${name} (azure.${name}, azure-native:${name} or ARM_${name.replace(/[A-Z]/, "_$&").toUpperCase()})`,
      );
    }
    expect(error).toContain("(sign-in method: az login; not set: ");
    expect(error).toContain("sign in with az login, or set the client id, secret and tenant");
  });

  test("a wrong secret", async () => {
    const { clientId, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();

    const error = await plugins.failure(
      credentials,
      {
        tokenId: await environment.newToken(),
        azure: { clientId, tenantId, metadataHost, clientSecret: "not-the-s3cret" },
      },
      ["not-the-s3cret"],
    );

    expect(error).toContain("no sign-in to Azure");
    expect(error).toContain("AADSTS7000215");
    expect(error).toContain(
      `sign-in method: a client secret; set by the argument azure, or by azure-native's provider or configuration: clientId ending in 3333, tenantId ${tenantId}, clientSecret; not set: `,
    );
    expect(error).not.toContain("az login;");
  });

  test("a secret that was renewed after it went into the state: up replaces it there, and then refresh works", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    const tokenId = await environment.newToken();
    const credentials = await plugins.resourceWith();
    await credentials.up({ tokenId, azure });
    Object.assign(credentials.saved.inputs, { azure: secret({ ...azure, clientSecret: "outdated" }) });

    const refusal = await credentials.refresh().catch((error: Error) => error.message);
    expect(refusal).toContain("after you renew a secret, run pulumi up first, or pass them --run-program");
    const before = credentials.saved.outputs;
    expect((await credentials.up({ tokenId, azure })).operation).toBe("update");
    expect(credentials.saved.outputs).toEqual(before);
    await credentials.refresh();
    expect(credentials.saved.outputs).toEqual(before);
  });

  test("a wrong tenant", async () => {
    const { clientId, clientSecret, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();
    const tenantId = "99999999-9999-4999-8999-999999999999";

    const error = await plugins.failure(credentials, {
      tokenId: await environment.newToken(),
      azure: { clientId, clientSecret, tenantId, metadataHost },
    });

    expect(error).toContain("no sign-in to Azure");
    expect(error).toContain(`tenantId ${tenantId}, `);
  });

  test("a sign-in that failed can be fixed while the plugin runs", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();
    const tokenId = await environment.newToken();
    const azure = { clientId, clientSecret, tenantId, metadataHost };
    await plugins.failure(credentials, { tokenId, azure: { ...azure, clientSecret: "wrong" } });

    await plugins.worksFor(credentials, { tokenId, azure });
  });

  test.for([
    {
      why: "no server listens",
      host: () => "127.0.0.1:65533",
      said: /cannot be rea(d|ched) \(.*ECONNREFUSED.*\)/,
    },
    {
      why: "something else answers there",
      host: () => environment.azure.connection.authority.slice("https://".length),
      said: /answered 404/,
    },
  ])("a bad metadata host: $why", async ({ host, said }) => {
    const metadataHost = host();
    const credentials = await plugins.resourceWith();

    const error = await plugins.failure(credentials, {
      tokenId: await environment.newToken(),
      azure: { metadataHost },
    });

    expect(error).toContain(metadataHost);
    expect(error).toMatch(said);
    expect(error).toContain("azure-native:metadataHost or ARM_METADATA_HOSTNAME");
  });

  test("a metadata service that does not answer for a moment is asked again by the next call", async () => {
    const { clientId, clientSecret, tenantId, metadataHost } = environment.azure.connection;
    const credentials = await plugins.resourceWith();
    const args = {
      tokenId: await environment.newToken(),
      // With a setting of its own: the plugin caches the clouds of other settings.
      azure: { clientId, clientSecret, tenantId, metadataHost, environment: "china" },
    };
    environment.azure.faults.add({ kind: "answer", status: 400, path: /^\/metadata/, times: 10 });
    expect(await plugins.failure(credentials, args)).toContain("answered 400");
    environment.azure.faults.clear();

    await plugins.worksFor(credentials, args);
  });

  test("an unknown environment name", async () => {
    const credentials = await plugins.resourceWith({ ARM_ENVIRONMENT: "publik" });

    const error = await plugins.failure(credentials, { tokenId: await environment.newToken() });

    expect(error).toContain(
      'no Azure cloud has the name "publik": set azure-native:environment or ARM_ENVIRONMENT to one of public, usgovernment, china',
    );
  });
});
