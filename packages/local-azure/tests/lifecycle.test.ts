import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startLocalAzure } from "local-azure";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { arm, certificate, http, makeToken, registryOf, registryPath, startAzure } from "./support.js";

afterEach(() => vi.unstubAllEnvs());

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "local-azure-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("every endpoint listens on loopback at its own port", async () => {
  const { connection } = await startAzure();
  const { resourceManager, authority, metadataHost, registries } = connection;

  const hosts = [new URL(resourceManager).host, new URL(authority).host, registries[0].loginServer];

  expect(hosts.every((host) => /^127\.0\.0\.1:\d+$/.test(host))).toBe(true);
  expect(new Set(hosts).size).toBe(3);
  expect(metadataHost).toBe(hosts[0]);
});

test("by default there is one registry, myregistry in myresourcegroup", async () => {
  const { connection } = await startAzure();
  expect(connection.registries).toMatchObject([{ name: "myregistry", resourceGroup: "myresourcegroup" }]);
});

test("the requested registries exist in their resource groups", async () => {
  const azure = await startAzure({
    registries: [
      { name: "registry1", resourceGroup: "groupA" },
      { name: "registry2", resourceGroup: "groupA" },
    ],
  });
  const request = await arm(azure);

  const { body } = await request(
    "GET",
    registryPath(azure, "", "registry2").replace("myresourcegroup", "groupA"),
  );

  expect(body.properties.loginServer).toBe(azure.connection.registries[1].loginServer);
});

test("the ids are the same in every run, the secret is new", async () => {
  const [one, other] = [await startAzure(), await startAzure()];

  expect(one.connection.subscriptionId).toBe(other.connection.subscriptionId);
  expect(one.connection.tenantId).toBe(other.connection.tenantId);
  expect(one.connection.clientSecret).not.toBe(other.connection.clientSecret);
});

test("close stops the endpoints, removes the folder of caFile and interrupts operations", async () => {
  const azure = await startLocalAzure({ operationMs: 60_000 });
  const request = await arm(azure);
  const scopeMapId = registryPath(azure, "/scopeMaps/_repositories_pull");
  await request("PUT", registryPath(azure, "/tokens/edge-1"), { properties: { scopeMapId } });
  const { caFile, resourceManager } = azure.connection;
  const trusted = certificate(azure.connection);
  expect(existsSync(caFile)).toBe(true);

  await azure.close();

  expect(existsSync(join(caFile, ".."))).toBe(false);
  const copy = join(temporaryFolder(), "ca.pem");
  writeFileSync(copy, trusted);
  await expect(http({ ...azure.connection, caFile: copy }, resourceManager)).rejects.toThrow(/ECONNREFUSED/);
});

test("a process with this environment trusts every endpoint by NODE_EXTRA_CA_CERTS", async () => {
  const azure = await startAzure();
  const { resourceManager, authority, registries } = azure.connection;
  const urls = [resourceManager, authority, `https://${registries[0].loginServer}`];
  const program = `Promise.all(process.argv.slice(1).map(async (url) => (await fetch(url)).status)).then((all) => console.log(all.join()))`;

  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program, ...urls], {
    env: { ...process.env, ...azure.environment },
  });

  expect(stdout.trim()).toBe("401,404,404");
});

test("the environment has the variables of azure-native, Azure's clients, Go and Python", async () => {
  const { connection, environment } = await startAzure();
  expect(environment).toMatchObject({
    ARM_CLIENT_ID: connection.clientId,
    ARM_CLIENT_SECRET: connection.clientSecret,
    ARM_TENANT_ID: connection.tenantId,
    ARM_SUBSCRIPTION_ID: connection.subscriptionId,
    ARM_METADATA_HOSTNAME: connection.metadataHost,
    ARM_METADATA_HOST: connection.metadataHost,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    NODE_EXTRA_CA_CERTS: connection.caFile,
    SSL_CERT_FILE: connection.caFile,
    REQUESTS_CA_BUNDLE: connection.caFile,
    NO_PROXY: expect.stringContaining("127.0.0.1"),
  });
});

test("the certificates that the parent process trusts stay trusted", async () => {
  const other = await startAzure();
  vi.stubEnv("NODE_EXTRA_CA_CERTS", other.connection.caFile);
  vi.stubEnv("SSL_CERT_FILE", join(temporaryFolder(), "nothere.pem"));

  const azure = await startAzure();

  const trusted = readFileSync(azure.connection.caFile, "utf8");
  expect(trusted).toContain(certificate(azure.connection).trim());
  expect(trusted).toContain(certificate(other.connection).trim());
});

test("the log has every request with its host, method, path and query, status and caller", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  await request("GET", "/tenants");
  await request("DELETE", "/tenants");
  await registryOf(azure).login("nobody", "nothing");

  const { clientId, registries } = azure.connection;
  const { loginServer } = registries[0];
  expect(azure.requests.slice(1)).toMatchObject([
    { host: "resourceManager", method: "GET", url: "/tenants?api-version=2022-12-01", status: 200, clientId },
    {
      host: "resourceManager",
      method: "DELETE",
      url: "/tenants?api-version=2022-12-01",
      status: 404,
      clientId,
    },
    {
      host: "registry",
      method: "GET",
      url: `/oauth2/token?service=${encodeURIComponent(loginServer)}`,
      status: 401,
    },
  ]);
  for (const { receivedAtMs, answeredAtMs } of azure.requests) {
    expect(answeredAtMs).toBeGreaterThan(receivedAtMs);
  }
  expect(azure.requests[0]).toMatchObject({ host: "authority", method: "POST", status: 200, clientId });
});

test("the record gets a line of JSON for every request before the response, and is appended to", async () => {
  const record = join(temporaryFolder(), "record.jsonl");
  writeFileSync(record, '{"before":true}\n');
  const azure = await startAzure({ record });
  const { id, name, passwords } = await makeToken(azure);
  const request = await arm(azure);
  const lines = () =>
    readFileSync(record, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  const patch = await request("PATCH", id, { properties: { status: "enabled" } });
  const line = lines().at(-1);

  expect(lines()[0]).toEqual({ before: true });
  expect(lines()).toHaveLength(azure.requests.length + 1);
  expect(line).toMatchObject({
    host: "resourceManager",
    method: "PATCH",
    url: `${azure.connection.resourceManager}${id}?api-version=2025-11-01`,
    request: {
      headers: { authorization: expect.stringMatching(/^Bearer /) },
      body: { properties: { status: "enabled" } },
    },
    status: 201,
    response: {
      headers: { "azure-asyncoperation": patch.headers["azure-asyncoperation"] },
      body: patch.body,
    },
  });
  const access = await registryOf(azure).accessToken(
    name,
    passwords[0],
    "repository:azureiotedge-agent:pull",
  );
  const manifest = await registryOf(azure).request(access, "/v2/azureiotedge-agent/manifests/1.5");
  await registryOf(azure).request(access, `/v2/azureiotedge-agent/blobs/${manifest.body.layers[0].digest}`);
  expect(lines().at(-1).response.body.base64).toMatch(/^H4sI/);
  azure.faults.add({ kind: "reset" });
  await expect(request("GET", id)).rejects.toThrow();
  expect(lines().at(-1)).toMatchObject({ method: "GET", status: null, response: null });
});

test("invalid registries are refused before anything is opened", async () => {
  const start = (...names: string[]) =>
    startLocalAzure({ registries: names.map((name) => ({ name, resourceGroup: "groupA" })) });

  await expect(start("a-b")).rejects.toThrow(/'a-b' is invalid/);
  await expect(start("registry1", "Registry1")).rejects.toThrow(/'Registry1' is given twice/);
});
