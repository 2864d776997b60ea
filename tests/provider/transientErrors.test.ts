/** Transient errors of Azure and of the network: the exported password keeps working, and one more up is enough. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { passwordsNeverSeen } from "../support/generateCredentials.js";
import { type IsolatedToken, isolatedToken, survives, works } from "../support/isolatedToken.js";
import { type CredentialsResource, nameOf, TestEnvironment, writes } from "../support/testEnvironment.js";
import { until } from "../support/until.js";

const registries = Array.from({ length: 48 }, (_, index) => `registry${String(index).padStart(2, "0")}`);
const always = Number.POSITIVE_INFINITY;

let environment: TestEnvironment;
let taken = 0;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: registries.map((name) => ({ name, resourceGroup: "myresourcegroup" })),
  });
});

afterAll(() => environment?.close());

/** A token in the next unused registry. */
const newToken = () => isolatedToken(environment, registries[taken++]);

describe.concurrent("a transient error is retried within one call", () => {
  const cases: { what: string; fault: Fault; atLeast?: number }[] = [
    { what: "409 twice", fault: { kind: "answer", status: 409, code: "Conflict", times: 2 } },
    {
      what: "409 with Retry-After, which is honoured",
      fault: { kind: "answer", status: 409, code: "Conflict", retryAfterSeconds: 2 },
      atLeast: 2000,
    },
    {
      what: "429 with Retry-After, which is honoured",
      fault: { kind: "answer", status: 429, code: "TooManyRequests", retryAfterSeconds: 2 },
      atLeast: 2000,
    },
    { what: "429 without Retry-After", fault: { kind: "answer", status: 429, code: "TooManyRequests" } },
    { what: "500", fault: { kind: "answer", status: 500, code: "InternalServerError" } },
    { what: "503 twice", fault: { kind: "answer", status: 503, code: "ServerBusy", times: 2 } },
    { what: "a connection reset before the work", fault: { kind: "reset" } },
    { what: "an answer lost after the work", fault: { kind: "lose" } },
  ];

  test.for(named(cases, ({ what }) => `${what}, on create and on update`))(
    "%s",
    async ([, { fault, atLeast }], { expect }) => {
      const one = await newToken();
      one.addFault(fault);
      const started = performance.now();
      await one.resource.up(one.args);
      expect(performance.now() - started).toBeGreaterThanOrEqual(atLeast ?? 0);
      expect(one.posts()).toHaveLength((fault.times ?? 1) + 1);
      await works(one);
      const { username, password } = one.resource.exported;

      one.addFault(fault);
      await one.resource.up(one.next);
      expect(one.posts()).toHaveLength(2 * ((fault.times ?? 1) + 1));
      await works(one);
      expect(one.resource.exported.password).not.toBe(password);
      expect(await environment.canLogIn(username, password, one.registry)).toBe(true);
    },
  );

  test("an answer lost after clearing the slots", async ({ expect }) => {
    const one = await newToken();
    await one.resource.up(one.args);
    one.addFault({ kind: "lose", method: "PATCH", path: new RegExp(`/${one.registry}/tokens`) });
    await one.resource.destroy();
    expect(await environment.client.slots(one.tokenId)).toEqual([]);
  });
});

test("the request id of Azure's answer is in the error", async () => {
  const one = await newToken();
  await one.resource.up(one.args);
  await environment.client.arm("DELETE", one.tokenId);

  const error = await one.resource.up(one.next).catch((thrown: Error) => thrown);

  const name = nameOf(one.tokenId);
  expect((error as Error).message).toMatch(
    new RegExp(
      `^could not generate password2 of token ${name} of registry ${one.registry} \\(resource group myresourcegroup, subscription [\\w-]+\\): Azure answered 404 ResourceNotFound \\(The resource ${name} could not be found\\.\\), request id [\\da-f]{8}-[\\da-f-]{27}; run pulumi refresh, so that the state follows what is there, and pulumi up again$`,
    ),
  );
});

describe("cancel ends every wait at once", () => {
  const waits: { what: string; fault: Omit<Fault, "path">; path: (registry: string) => RegExp }[] = [
    {
      what: "for Azure's answer",
      fault: { kind: "hang" } as Fault,
      path: (registry) => new RegExp(`/${registry}/generateCredentials`),
    },
    {
      what: "until a conflict is over",
      fault: { kind: "answer", status: 409, times: always } as Fault,
      path: (registry) => new RegExp(`/${registry}/generateCredentials`),
    },
    {
      what: "until Azure wants to be asked again",
      fault: { kind: "answer", status: 429, retryAfterSeconds: 60, times: always } as Fault,
      path: (registry) => new RegExp(`/${registry}/generateCredentials`),
    },
    { what: "for the sign-in", fault: { kind: "hang" } as Fault, path: () => /oauth2\/v2\.0\/token/ },
    {
      what: "for the sign-in's directory",
      fault: { kind: "hang" } as Fault,
      path: () => /openid-configuration/,
    },
    { what: "for the cloud's metadata", fault: { kind: "hang" } as Fault, path: () => /metadata\/endpoints/ },
  ];

  // A cancelled plugin does nothing any more.
  afterEach(async () => {
    environment.azure.faults.clear();
    await environment.restart();
  });

  test.for(named(waits, ({ what }) => what))("%s", async ([, { fault, path }]) => {
    const one = await newToken();
    if (!/oauth2|openid|metadata/.test(path(one.registry).source)) {
      await one.resource.up(one.args);
    }
    const before = environment.azure.requests.length;
    const exported = one.resource.state && one.resource.exported.password;
    environment.azure.faults.add({ ...fault, path: path(one.registry) } as Fault);
    const args = exported === undefined ? one.args : one.next;
    const outcomes = [one.resource, environment.credentials()].map((resource, index) =>
      (index === 0 ? resource : withStateOf(resource, one.resource)).up(args).then(
        () => "no error",
        (error: Error) => error.message,
      ),
    );
    await until(() =>
      environment.azure.requests.slice(before).some(({ url }) => url.search(path(one.registry)) >= 0),
    );
    await sleep(50);

    const started = performance.now();
    await environment.plugin.cancel();
    const errors = await Promise.race([Promise.all(outcomes), sleep(5000, ["nothing within 5 s"])]);

    expect(errors).not.toEqual(["nothing within 5 s"]);
    expect(performance.now() - started).toBeLessThan(2000);
    const waited =
      exported === undefined
        ? `find the login server of registry ${one.registry}`
        : `generate password2 of token ${nameOf(one.tokenId)}`;
    for (const error of errors) {
      expect(error).toBe(`cancelled while waiting to ${waited}`);
    }
    environment.azure.faults.clear();
    await environment.restart();
    if (exported === undefined) {
      await one.resource.up(one.args);
      await works(one);
    } else {
      await survives(one, exported);
    }
  });
});

describe("the plugin is killed when Azure has done the work and before the state has it", () => {
  const killWhileAsked = async (one: IsolatedToken, work: () => Promise<unknown>) => {
    const fault = passwordsNeverSeen(one.registry);
    one.addFault(fault);
    const failing = work().then(
      () => "no error",
      (error: Error) => error.message,
    );
    await until(() =>
      environment.azure.requests.some(({ url, status }) => fault.path.test(url) && status === null),
    );
    await environment.restart({ kill: true });
    expect(await failing).toContain("The plugin does not answer");
    environment.azure.faults.clear();
  };

  test("create: the next up generates passwords that work", async () => {
    const one = await newToken();
    await killWhileAsked(one, () => one.resource.up(one.args));
    expect(await environment.client.slots(one.tokenId)).toHaveLength(2);
    expect(one.resource.state).toBeUndefined();

    await one.resource.up(one.args);

    await works(one);
  });

  test("update: the exported password keeps working, and the next up rotates", async () => {
    const one = await newToken();
    await one.resource.up(one.args);
    const exported = one.resource.exported.password;
    await killWhileAsked(one, () => one.resource.up(one.next));

    await survives(one, exported);
    await works(one);
  });

  test("update, and the change is reverted: a refresh finds the regenerated slot", async () => {
    const one = await newToken();
    await one.resource.up(one.args);
    const exported = one.resource.exported.password;
    await killWhileAsked(one, () => one.resource.up(one.next));

    await one.resource.refresh();
    expect(one.resource.slots.password2.lost).toMatch(/^regenerated outside of this state/);
    await one.resource.up(one.args);

    expect(one.resource.exported.password).toBe(exported);
    await works(one);
  });

  test("destroy: the next one finishes", async () => {
    const one = await newToken();
    await one.resource.up(one.args);
    one.addFault({ kind: "hang", method: "PATCH", path: new RegExp(`/${one.registry}/tokens`) });
    const destroying = one.resource.destroy().catch((error: Error) => error.message);
    await until(() =>
      environment.azure.requests.some(({ method, status }) => method === "PATCH" && status === null),
    );
    await environment.restart({ kill: true });
    await destroying;
    environment.azure.faults.clear();

    await one.resource.destroy();

    expect(await environment.client.slots(one.tokenId)).toEqual([]);
  });
});

describe("long-running operations", () => {
  let slow: TestEnvironment;

  beforeAll(async () => {
    slow = await TestEnvironment.start({ operationMs: 200 });
  });

  afterAll(() => slow?.close());

  test("operations of two resources on one token run one after the other: Azure sees no conflict", async () => {
    const tokenId = await slow.newToken();
    const access = slow.access();
    const credentials = slow.credentials();
    const scopeMapId = slow.scopeMapId("_repositories_pull");
    const both = async (generation: string, status: string) => {
      const requests = await slow.requestsOf(() =>
        Promise.all([
          credentials.up({ tokenId, generation }),
          // Azure compares ids without regard to case.
          access.up({ tokenId: tokenId.toUpperCase().replace(/^\/SUB/, "/sub"), scopeMapId, status }),
        ]),
      );
      expect(requests.filter(({ status }) => status === 409)).toEqual([]);
      return writes(requests)
        .map((write) => write.toLowerCase())
        .sort();
    };
    const patch = `patch ${nameOf(tokenId)}`;

    expect(await both("one", "disabled")).toEqual([patch, "post generatecredentials"]);
    expect(await both("two", "enabled")).toEqual([patch, "post generatecredentials"]);

    const { username, passwords } = credentials.exported;
    for (const { value } of passwords) {
      expect(await slow.canLogIn(username, value)).toBe(true);
    }
  });

  test("a response lost during the operation: the retries are answered with a conflict until it ends", async () => {
    const tokenId = await slow.newToken();
    const credentials = slow.credentials();
    await credentials.up({ tokenId, generation: "one" });
    const { username, password } = credentials.exported;
    slow.azure.faults.add({ kind: "lose", path: /generateCredentials/ });

    await credentials.up({ tokenId, generation: "two" });

    for (const { value } of credentials.exported.passwords) {
      expect(await slow.canLogIn(username, value)).toBe(true);
    }
    expect(await slow.canLogIn(username, password)).toBe(true);
  });
});

/** Cases with their names in front: `test.for` shortens the values of an object. */
function named<Case>(cases: readonly Case[], name: (one: Case) => string): [string, Case][] {
  return cases.map((one) => [name(one), one]);
}

/** Another resource for the same token, which waits for the first. */
function withStateOf(resource: CredentialsResource, other: CredentialsResource): CredentialsResource {
  resource.state = structuredClone(other.state);
  return resource;
}
