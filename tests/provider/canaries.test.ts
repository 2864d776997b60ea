/** No secret is in the plugin's output: not with the debug log of Azure's SDK, nor in errors, nor in a crash. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { secret } from "provider-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CredentialsResource, TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";
import { madeByAz } from "./adoption.js";

const always = Number.POSITIVE_INFINITY;
const canary = "canary-in-flight";

let folder: string;
let record: string;
let environment: TestEnvironment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "canaries-"));
  record = join(folder, "record.jsonl");
  environment = await TestEnvironment.start(
    { record },
    { env: { ARM_CLIENT_SECRET: undefined, AZURE_LOG_LEVEL: "verbose", CRASH_SECRET: canary } },
  );
});

afterAll(async () => {
  await environment?.close();
  rmSync(folder, { recursive: true });
});

/** The access tokens with which Azure was called. */
function accessTokens(): string[] {
  const found = readFileSync(record, "utf8").matchAll(/"Bearer ([^"]+)"/g);
  return [...new Set([...found].map(([, token = ""]) => token))];
}

test("adopted passwords, new ones, the OIDC token and access tokens, in the log and in every error", async () => {
  const { clientId, tenantId, oidcToken } = environment.azure.connection;
  const { tokenId, old1 = "", old2 = "" } = await madeByAz(environment);
  const azure = secret({ clientId, tenantId, useOidc: true, oidcToken });
  const resource: CredentialsResource = environment.credentials();
  const args = { tokenId, azure, waitUntilLive: true, adopt: { password1: old1, password2: old2 } };
  const values = [old1, old2, "wrong-canary"];
  const errors: string[] = [];
  const fails = async (work: Promise<unknown>) => {
    errors.push(
      String(
        await work.then(
          () => expect.fail("no error"),
          (error: unknown) => error,
        ),
      ),
    );
  };

  await fails(environment.credentials("wrong").up({ ...args, adopt: { password1: "wrong-canary" } }));
  await resource.up({ ...args, generation: "one" });
  await resource.up({ ...args, generation: "two" });
  values.push(...resource.exported.passwords.map(({ value }) => value));
  await resource.refresh();
  for (const [index, fault] of [
    { kind: "answer", status: 400 } as const,
    { kind: "alter", body: (body: string) => `${body}{` } as const,
    { kind: "alter", isCut: true } as const,
  ].entries()) {
    environment.azure.faults.add({
      ...fault,
      path: /generateCredentials|operationResults/,
      method: undefined,
      times: always,
    });
    await fails(resource.up({ ...args, generation: `bad${index}` }));
    environment.azure.faults.clear();
  }
  await environment.restart();
  const said = environment.said;
  environment.azure.faults.add({
    kind: "answer",
    host: "authority",
    status: 400,
    code: "invalid_client",
    times: always,
  });
  await fails(resource.up({ ...args, generation: "three" }));
  environment.azure.faults.clear();

  const tokens = accessTokens();
  expect(tokens.length).toBeGreaterThan(0);
  expect(new Set(values).size).toBeGreaterThanOrEqual(4);
  const all = [said, environment.said, ...errors].join("\n");
  expect(environment.said).toContain("azure:identity");
  for (const hidden of [...values, ...tokens, oidcToken]) {
    for (const form of [hidden, Buffer.from(`${resource.exported.username}:${hidden}`).toString("base64")]) {
      expect(all.includes(form), `one of ${errors.length} errors, or the log, shows a secret`).toBe(false);
    }
  }
});

describe("a crash while a password is being made", () => {
  test.each([
    ["an error", "SIGUSR2", "TypeError PARSE_ERROR"],
    ["a promise that is rejected with an error", "SIGHUP", "TypeError PARSE_ERROR"],
    ["a promise that is rejected with a text", "SIGCONT", "a thrown string|ERR_UNHANDLED_REJECTION"],
  ] as const)("says that it was %s and where, and nothing more", async (_, signal, kind) => {
    const crashing = await TestEnvironment.start(
      {},
      {
        env: {
          CRASH_SECRET: canary,
          NODE_OPTIONS: `${environment.clock.environment.NODE_OPTIONS} --require=${JSON.stringify(resolve("tests/support/crash.cjs"))}`,
        },
      },
    );
    try {
      const resource = crashing.credentials();
      const args = { tokenId: await crashing.newToken(), generation: "one" };
      crashing.azure.faults.add({ kind: "hang", isDone: true, path: /generateCredentials/ });
      const failing = resource.up(args).then(
        () => "no error",
        (error: Error) => error.message,
      );
      await until(() => crashing.azure.requests.some(({ method }) => method === "POST"));
      const { process: plugin } = crashing.plugin;
      process.kill(plugin.pid, signal);

      expect(await failing).toMatch(/The plugin does not answer/);

      expect(plugin.ending).toBe("ended with exit code 1");
      expect(plugin.log).toMatch(
        /^The plugin \(version \S+, Node v\S+\) exits because of an uncaught error/m,
      );
      expect(plugin.log).toMatch(new RegExp(`^.*(${kind}).* The message is omitted`, "m"));
      expect(plugin.log).toContain("run pulumi refresh, and then pulumi up");
      if (signal !== "SIGCONT") {
        expect(plugin.log).toMatch(/^ +at .*crash\.cjs:\d+:\d+\)?$/m);
      }
      expect(plugin.log).not.toContain(canary);
      crashing.azure.faults.clear();
      await crashing.restart();
      await resource.up(args);
      const { username, password } = resource.exported;
      expect(await crashing.canLogIn(username, password)).toBe(true);
    } finally {
      await crashing.close();
    }
  });
});
