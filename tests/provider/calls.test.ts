/** The sign-ins and caches that calls of one run share. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

const names = ["first", "second"];

let folder: string;
let record: string;
let environment: TestEnvironment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "calls-"));
  record = join(folder, "record.jsonl");
  environment = await TestEnvironment.start({
    record,
    registries: names.map((name) => ({ name, resourceGroup: "rg" })),
  });
});

afterEach(() => environment.restart());

afterAll(async () => {
  await environment?.close();
  rmSync(folder, { recursive: true });
});

test("one sign-in serves every token of a subscription", async () => {
  const tokens = [await environment.newToken(), await environment.newToken({ registry: "second" })];
  const requests = await environment.requestsOf(async () => {
    for (const tokenId of tokens) {
      await environment.credentials().up({ tokenId });
    }
  });
  const signIns = requests.filter(({ host, method }) => host === "authority" && method === "POST");
  expect(signIns.map(({ url }) => url)).toHaveLength(1);
});

test("each registry has its own login server", async () => {
  for (const registry of names) {
    const credentials = environment.credentials();
    await credentials.up({ tokenId: await environment.newToken({ registry }) });
    const { loginServer } =
      environment.azure.connection.registries.find(({ name }) => name === registry) ?? {};
    expect(credentials.exported.loginServer).toBe(loginServer);
  }
});

test("the user agent names the provider", async () => {
  await environment.credentials().up({ tokenId: await environment.newToken() });
  const agents = readFileSync(record, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ host, url }) => host === "resourceManager" && url.includes("/generateCredentials"))
    .map(({ request }) => request.headers["user-agent"]);
  expect(agents.at(-1)).toMatch(/^pulumi-acr-token /);
});

test.each([302, 307])("a redirect on the cloud's own host is refused as what it is (%i)", async (status) => {
  const { metadataHost, resourceManager } = environment.azure.connection;
  const location = `${resourceManager}${environment.registryId("first")}?api-version=2025-11-01`;
  environment.azure.faults.add({
    kind: "alter",
    path: /\/registries\/first\?/,
    status,
    headers: { location },
  });
  await expect(environment.credentials().up({ tokenId: await environment.newToken() })).rejects.toThrow(
    `Azure at ${metadataHost} leads to ${metadataHost}, by a redirect, which Azure never makes, so nothing is sent there: check`,
  );
});
