/** What calls of Azure share in one run, and what they do not. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

const names = ["first", "second"];

let folder: string;
let record: string;
let stage: TestEnvironment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "calls-"));
  record = join(folder, "record.jsonl");
  stage = await TestEnvironment.start({
    record,
    registries: names.map((name) => ({ name, resourceGroup: "rg" })),
  });
});

afterEach(() => stage.restart());

afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true });
});

test("one sign-in serves every token of a subscription", async () => {
  const tokens = [await stage.newToken(), await stage.newToken({ registry: "second" })];
  const requests = await stage.requestsOf(async () => {
    for (const tokenId of tokens) {
      await stage.credentials().up({ tokenId });
    }
  });
  const signIns = requests.filter(({ host, method }) => host === "authority" && method === "POST");
  expect(signIns.map(({ url }) => url)).toHaveLength(1);
});

test("each registry has its own login server", async () => {
  for (const registry of names) {
    const credentials = stage.credentials();
    await credentials.up({ tokenId: await stage.newToken({ registry }) });
    const { loginServer } = stage.azure.connection.registries.find(({ name }) => name === registry) ?? {};
    expect(credentials.exported.loginServer).toBe(loginServer);
  }
});

test("Azure can tell from the user agent who calls", async () => {
  await stage.credentials().up({ tokenId: await stage.newToken() });
  const agents = readFileSync(record, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ host, url }) => host === "resourceManager" && url.includes("/generateCredentials"))
    .map(({ request }) => request.headers["user-agent"]);
  expect(agents.at(-1)).toMatch(/^pulumi-acr-token /);
});

test.each([302, 307])("a redirect on the cloud's own host is refused as what it is (%i)", async (status) => {
  const { metadataHost, resourceManager } = stage.azure.connection;
  const location = `${resourceManager}${stage.registryId("first")}?api-version=2025-11-01`;
  stage.azure.faults.add({ kind: "alter", path: /\/registries\/first\?/, status, headers: { location } });
  await expect(stage.credentials().up({ tokenId: await stage.newToken() })).rejects.toThrow(
    `Azure at ${metadataHost} leads to ${metadataHost}, by a redirect, which Azure never makes, so nothing is sent there: check`,
  );
});
