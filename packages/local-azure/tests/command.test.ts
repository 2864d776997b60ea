import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection, LocalAzure } from "local-azure";
import { expect, onTestFinished, test } from "vitest";
import { arm, http, registryPath } from "./support.js";

const main = join(__dirname, "../bin/main.js");

interface Run {
  process: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  return { process: child, output, ended };
}

/** Runs the command until it has printed its connection. */
async function serve(...args: string[]): Promise<Run & { connection: Connection }> {
  const started = run("--json", ...args);
  await expect.poll(() => started.output.stdout, { timeout: 20_000 }).toContain("\n");
  return { ...started, connection: JSON.parse(started.output.stdout) };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "it serves until %s, then removes its folder and exits 0",
  async (signal) => {
    const { connection, ended, output, process } = await serve();
    const url = `https://${connection.metadataHost}/metadata/endpoints?api-version=2022-09-01`;
    expect((await http(connection, url)).status).toBe(200);

    process.kill(signal);

    expect(await ended).toBe(0);
    expect(existsSync(join(connection.caFile, ".."))).toBe(false);
    expect(output.stderr).toBe("");
  },
);

test("--json prints exactly one line: the connection", async () => {
  const { output } = await serve(
    "--registry",
    "registry1",
    "--registry",
    "registry2",
    "--resource-group",
    "groupA",
  );

  const lines = output.stdout.split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe("");
  expect(JSON.parse(lines[0])).toEqual({
    resourceManager: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    authority: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    metadataHost: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    tenantId: expect.any(String),
    clientId: expect.any(String),
    clientSecret: expect.any(String),
    oidcToken: expect.any(String),
    subscriptionId: expect.any(String),
    other: {
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      oidcToken: expect.any(String),
      subscriptionId: expect.any(String),
    },
    caFile: expect.any(String),
    registries: ["registry1", "registry2"].map((name) => ({
      name,
      resourceGroup: "groupA",
      subscriptionId: expect.any(String),
      loginServer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    })),
  });
});

test("without --json it prints the connection as text, with lines to paste", async () => {
  const { output } = run();

  await expect.poll(() => output.stdout, { timeout: 20_000 }).toMatch(/docker login 127\.0\.0\.1:\d+/);

  for (const name of ["ARM_CLIENT_SECRET", "ARM_METADATA_HOSTNAME", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
    expect(output.stdout).toMatch(new RegExp(`^export ${name}=\\S+$`, "m"));
  }
  expect(output.stdout).toMatch(/az cloud register --name LocalAzure --endpoint-resource-manager https:/);
});

test("--record keeps every request, including the last requests before the end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "local-azure-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const record = join(folder, "record.jsonl");
  const { connection, ended, process } = await serve("--record", record);
  const paths = Array.from({ length: 20 }, (_, i) => `/tenants?number=${i}`);

  await Promise.all(paths.map((path) => http(connection, connection.resourceManager + path)));
  process.kill("SIGTERM");
  await ended;

  const lines = readFileSync(record, "utf8").trimEnd().split("\n");
  const recorded = lines.map((line) => JSON.parse(line).url.slice(connection.resourceManager.length));
  expect(recorded.sort()).toEqual(paths.sort());
});

test("--latency, --operation and --replication-lag are accepted", async () => {
  const { connection } = await serve("--latency", "120", "--operation", "10", "--replication-lag", "10");
  const begun = performance.now();

  await http(connection, connection.resourceManager);

  expect(performance.now() - begun).toBeGreaterThanOrEqual(115);
});

test("--throttling and --retry-after are accepted", async () => {
  const { connection } = await serve("--throttling", "--retry-after", "7", "--operation", "60000");
  const azure = { connection } as LocalAzure;
  const request = await arm(azure);
  const scopeMapId = registryPath(azure, "/scopeMaps/_repositories_pull");

  const put = await request("PUT", registryPath(azure, "/tokens/edge-1"), { properties: { scopeMapId } });
  const writes = await Promise.all(
    Array.from({ length: 400 }, () => request("PATCH", registryPath(azure), { tags: {} })),
  );

  expect([put.status, put.headers["retry-after"]]).toEqual([201, "7"]);
  expect(writes.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
});

test("--help lists every option, and warns that a record holds secrets", async () => {
  const { ended, output } = run("--help");

  expect(await ended).toBe(0);
  for (const option of [
    "json",
    "registry",
    "resource-group",
    "latency",
    "operation",
    "retry-after",
    "replication-lag",
    "throttling",
    "record",
  ]) {
    expect(output.stdout).toContain(`--${option}`);
  }
  expect(output.stdout).toMatch(/secrets/);
});

test.each([
  [["--nonsense"], /--nonsense.*Usage:/s],
  [["stray"], /stray.*Usage:/s],
  [["--latency", "soon"], /--latency must be a whole number of milliseconds, 0 or more, but it is 'soon'/],
  [["--operation=-1"], /--operation must be .* but it is '-1'/],
  [["--replication-lag", "1.5"], /--replication-lag must be .* but it is '1.5'/],
  [["--retry-after", "0"], /--retry-after must be a whole number of seconds, 1 or more, but it is '0'/],
  [["--registry", "a-b"], /--registry must be 5 to 50 letters and digits, but it is 'a-b'/],
  [["--registry", "registry1", "--registry", "Registry1"], /'Registry1' is given twice/],
  [["--resource-group", "a/b"], /--resource-group must be .* but it is 'a\/b'/],
])("%j is refused with exit code 2 and the allowed values", async (args, message) => {
  const { ended, output } = run(...args);

  expect(await ended).toBe(2);
  expect(output.stderr).toMatch(message);
  expect(output.stdout).toBe("");
});

test("an unwritable record is an error before the start", async () => {
  const { ended, output } = run("--record", "/nothere/record.jsonl");

  expect(await ended).toBe(1);
  expect(output.stderr).toContain("/nothere/record.jsonl");
});
