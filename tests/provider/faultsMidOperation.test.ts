/**
 * Every operation with an event after Azure's first response. The operation retries and succeeds, or reports the event.
 * The exported password keeps working, and one more `up` is enough.
 */
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SharedClock } from "../support/clock.js";
import { isFullSize } from "../support/size.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { Case, failureOf, type Operation, operations } from "./faultOperations.js";

const named = operations.map((operation): [string, Operation] => [operation.name, operation]);

/** All operations at full size; otherwise every third, with another start for each group of tests. */
const some = (first: number) => (isFullSize ? named : named.filter((_, index) => index % 3 === first));

const waiting: Operation = {
  name: "create that waits until it is live",
  of: "credentials",
  run: (one) => one.upCredentials({ waitUntilLive: true }),
};

/** The plugin's clock alone. */
let clock: SharedClock;
let environment: TestEnvironment;
let taken = 0;
let registry: string;

beforeAll(async () => {
  clock = new SharedClock();
  const count = 5 * operations.length + 1;
  environment = await TestEnvironment.start(
    {
      registries: Array.from({ length: count }, (_, index) => ({
        name: `registry${index}`,
        resourceGroup: "myresourcegroup",
      })),
    },
    { env: clock.environment },
  );
});

beforeEach(() => {
  registry = `registry${taken++}`;
  clock.set(environment.clock.now().toISOString());
});

afterEach(() => environment.azure.faults.clear());

afterAll(async () => {
  await environment?.close();
  clock.close();
});

/** Runs something when Azure answers the first request on the token. */
function whenAnswered(happens: () => void): void {
  const path = new RegExp(`/registries/${registry}/(tokens|generateCredentials)`);
  environment.azure.faults.add({
    kind: "alter",
    path,
    body: (body) => {
      happens();
      return body;
    },
  });
}

describe.each([
  ["forward by three days", 3, some(0)],
  ["back by three days", -3, some(1)],
])("the machine's clock jumps %s", (_, days, tried) => {
  test.each(tried)("%s", async (_name, operation) => {
    const one = await Case.on(environment, registry);
    await operation.before?.(one);
    let jumped = false;
    whenAnswered(() => {
      jumped = true;
      clock.advance(days);
    });

    const failure = await failureOf(operation.run(one));

    expect(jumped).toBe(true);
    await one.keepsItsPromise();
    if (failure === undefined) {
      await one.converges(operation);
    } else {
      // The clock jumped before a password was generated.
      expect(String(failure)).toContain("No password was generated");
    }
    // It is put right again.
    clock.advance(-days);
    await one.keepsItsPromise();
    await one.converges(operation);
  });
});

describe("the access token expires during the operation", () => {
  test.each(some(1))("%s", async (_name, operation) => {
    const one = await Case.on(environment, registry);
    await operation.before?.(one);
    const expired: Fault = {
      kind: "answer",
      status: 401,
      code: "ExpiredAuthenticationToken",
      message: "The access token has expired.",
      path: new RegExp(`/registries/${registry}/`),
    };
    whenAnswered(() => environment.azure.faults.add(expired));
    const since = environment.azure.requests.length;

    const failure = await failureOf(operation.run(one));

    const struck = environment.azure.requests.slice(since).some(({ status }) => status === 401);
    // An operation of one request ends with its first response.
    expect(failure !== undefined).toBe(struck);
    if (failure !== undefined) {
      one.expectComplete(failure, /401 ExpiredAuthenticationToken .*; run pulumi up again/, { expect });
    }
    environment.azure.faults.clear();
    await one.keepsItsPromise();
    // A run signs in for itself.
    await environment.restart();
    await one.converges(operation);
  });
});

describe("a poll of an operation is answered with 404, once", () => {
  test.each(some(2))("%s", async (_name, operation) => {
    const one = await Case.on(environment, registry);
    await operation.before?.(one);
    const path = new RegExp(`/registries/${registry}/.*operation(Statuses|Results)`, "i");
    environment.azure.faults.add({ kind: "answer", status: 404, code: "ResourceNotFound", path });

    const failure = await failureOf(operation.run(one));

    expect(failure).toBeUndefined();
    await one.keepsItsPromise();
    await one.converges(operation);
  });
});

/** Azure's error for a deleted token, and the error for a registry's deleted endpoint. */
const gone =
  /(Azure answered 404 ResourceNotFound .*|it does not exist any more); run pulumi refresh, so that the state follows what is there/;
const shut =
  /the registry at https:\S+ cannot be asked from here \(.*ECONNREFUSED.*\)(: waitUntilLive needs it|\. Run this on a machine)/;

describe("the registry is deleted during the operation", () => {
  test.each([...some(0), [waiting.name, waiting] as const])("%s", async (_name, operation) => {
    const one = await Case.on(environment, registry);
    await operation.before?.(one);
    const id = environment.registryId(registry);
    let deletion: Promise<unknown> | undefined;
    whenAnswered(() => {
      deletion = environment.client.arm("DELETE", id);
    });

    const started = performance.now();
    const failure = await failureOf(operation.run(one));
    const took = performance.now() - started;

    await deletion;
    expect(deletion).toBeDefined();
    expect(took).toBeLessThan(20_000);
    if (failure !== undefined && !shut.test(String(failure))) {
      one.expectComplete(failure, gone, { expect });
    }
    // The token is gone, and refresh sees it.
    await one.credentials.refresh();
    await one.access.refresh();
    expect(one.credentials.state).toBeUndefined();
    expect(one.access.state).toBeUndefined();
    // Another run creates all of it again, at another login server.
    await environment.client.arm("PUT", id, { location: "westeurope", sku: { name: "Premium" } });
    await environment.newToken({ registry, name: nameOf(one.tokenId) });
    await environment.restart();
    const { adopt: _, ...args } = one.args;
    one.args = args;
    await (operation.of === "access" ? one.upAccess() : one.upCredentials({ waitUntilLive: true }));
  });
});
