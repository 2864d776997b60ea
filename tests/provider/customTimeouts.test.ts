/** The resource option customTimeouts: the engine sends it with each operation, and all calls of the operation share it. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start();
});

afterAll(() => environment?.close());

beforeEach(() => environment.azure.faults.clear());

/** The error of a create with a timeout of two seconds, and how long it took, in ms. */
async function failureOfCreate(args: Record<string, unknown>) {
  const resource = environment.credentials();
  const { inputs } = await resource.preview(args);
  const started = performance.now();
  const error = await environment.plugin.create(resource.urn, inputs, { timeoutSeconds: 2 }).then(
    () => "no error",
    (thrown: Error) => thrown.message,
  );
  return { error, tookMs: performance.now() - started };
}

test("a call that is never answered fails when the custom timeout is over", async () => {
  const tokenId = await environment.newToken();
  environment.azure.faults.add({ kind: "hang", path: /generateCredentials/ });

  const { error, tookMs } = await failureOfCreate({ tokenId });

  expect(error).toContain("Azure has not answered within 2 s: run pulumi up again later");
  expect(tookMs).toBeGreaterThan(1_500);
  expect(tookMs).toBeLessThan(20_000);
});

test("a conflict is retried no longer than the custom timeout", async () => {
  const tokenId = await environment.newToken();
  const times = Number.POSITIVE_INFINITY;
  environment.azure.faults.add({
    kind: "answer",
    status: 409,
    code: "Conflict",
    path: /generateCredentials/,
    times,
  });

  const { error, tookMs } = await failureOfCreate({ tokenId });

  expect(error).toContain("Azure answered 409 Conflict");
  expect(tookMs).toBeLessThan(20_000);
});

test("waitUntilLive waits no longer than the custom timeout", async () => {
  const tokenId = await environment.newToken();
  environment.azure.replicationLagMs = 60_000;

  const { error, tookMs } = await failureOfCreate({ tokenId, waitUntilLive: true });
  environment.azure.replicationLagMs = 0;

  expect(error).toContain("has not accepted it within 2 s: run pulumi up again later");
  expect(tookMs).toBeLessThan(20_000);
});
