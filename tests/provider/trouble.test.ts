/** Azure has trouble, or the way to it: what was exported goes on working, and one more up is all that it takes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CredentialsResource, nameOf, Stage, writes } from "../support/stage.js";
import { until } from "../support/until.js";

const registries = Array.from({ length: 48 }, (_, index) => `registry${String(index).padStart(2, "0")}`);
const always = Number.POSITIVE_INFINITY;

let stage: Stage;
let taken = 0;

beforeAll(async () => {
  stage = await Stage.set({
    registries: registries.map((name) => ({ name, resourceGroup: "myresourcegroup" })),
  });
});

afterAll(() => stage?.close());

/** A token in a registry of its own, so that its faults strike nobody else and tests can run side by side. */
async function alone() {
  const registry = registries[taken++];
  const tokenId = await stage.newToken({ registry });
  const resource = stage.credentials();
  const args = { tokenId, generation: "one" };
  const next = { tokenId, generation: "two" };
  const struck: Fault[] = [];
  const strike = (fault: Fault) => {
    struck.push({ path: new RegExp(`/registries/${registry}/generateCredentials`), ...fault });
    stage.azure.faults.add(struck[struck.length - 1]);
  };
  /** Ends the faults of this token; those of tests that run at the same time stay. */
  const relent = () => {
    for (const fault of struck) {
      fault.path = /^nothing$/;
    }
  };
  const posts = () =>
    stage.azure.requests.filter(
      ({ method, url }) => method === "POST" && url.includes(`/registries/${registry}/`),
    );
  return { registry, tokenId, resource, args, next, strike, relent, posts };
}

type Alone = Awaited<ReturnType<typeof alone>>;

/** Both passwords of the state log in. */
async function works({ resource, registry }: Alone): Promise<void> {
  const { username, passwords, current, password } = resource.exported;
  expect(passwords).toHaveLength(2);
  expect(password).toBe(resource.value(current));
  for (const { value } of passwords) {
    expect(await stage.canLogIn(username, value, registry)).toBe(true);
  }
}

/** The password that is exported now logs in, now and after one more up. */
async function survives({ resource, registry, next }: Alone, exported?: string): Promise<void> {
  const { username, password = exported } = resource.exported;
  expect(password).toBe(exported);
  expect(await stage.canLogIn(username, password, registry)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("update");
  await resource.up(next);
  expect(resource.exported.password).not.toBe(password);
  expect(await stage.canLogIn(username, password, registry)).toBe(true);
  expect((await resource.preview(next)).operation).toBe("same");
}

describe.concurrent("what passes is outlasted within one call", () => {
  const cases: { what: string; fault: Fault; atLeast?: number }[] = [
    { what: "409 twice", fault: { kind: "answer", status: 409, code: "Conflict", times: 2 } },
    {
      what: "409 with Retry-After, which is honoured",
      fault: { kind: "answer", status: 409, code: "Conflict", retryAfter: 2 },
      atLeast: 2000,
    },
    {
      what: "429 with Retry-After, which is honoured",
      fault: { kind: "answer", status: 429, code: "TooManyRequests", retryAfter: 2 },
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
      const one = await alone();
      one.strike(fault);
      const started = performance.now();
      await one.resource.up(one.args);
      expect(performance.now() - started).toBeGreaterThanOrEqual(atLeast ?? 0);
      expect(one.posts()).toHaveLength((fault.times ?? 1) + 1);
      await works(one);
      const { username, password } = one.resource.exported;

      one.strike(fault);
      await one.resource.up(one.next);
      expect(one.posts()).toHaveLength(2 * ((fault.times ?? 1) + 1));
      await works(one);
      expect(one.resource.exported.password).not.toBe(password);
      expect(await stage.canLogIn(username, password, one.registry)).toBe(true);
    },
  );

  test("an answer lost while Azure is asked for the result", async ({ expect }) => {
    const one = await alone();
    await one.resource.up(one.args);
    one.strike({ kind: "lose", path: new RegExp(`/${one.registry}/operationResults`) });
    await one.resource.up(one.next);
    expect(one.posts()).toHaveLength(2);
    await works(one);
  });

  test("an answer lost after clearing the slots", async ({ expect }) => {
    const one = await alone();
    await one.resource.up(one.args);
    one.strike({ kind: "lose", method: "PATCH", path: new RegExp(`/${one.registry}/tokens`) });
    await one.resource.destroy();
    expect(await stage.client.slots(one.tokenId)).toEqual([]);
  });
});

describe.concurrent("what does not pass is an error that says all there is, and the state stays", () => {
  const cases: { fault: Fault; said: string; advice: string }[] = [
    {
      fault: { kind: "answer", status: 400, code: "InvalidTokenPasswordExpiry", message: "Not that day." },
      said: "Azure answered 400 InvalidTokenPasswordExpiry (Not that day.)",
      advice: "correct what Azure names and run pulumi up again",
    },
    {
      fault: {
        kind: "answer",
        status: 401,
        code: "InvalidAuthenticationToken",
        message: "Who?",
        times: always,
      },
      said: "Azure answered 401 InvalidAuthenticationToken (Who?)",
      advice: "check the identity's secret and tenant, or run az login again",
    },
    {
      fault: { kind: "answer", status: 403, code: "AuthorizationFailed", message: "You may not." },
      said: "Azure answered 403 AuthorizationFailed (You may not.)",
      advice:
        "give the identity a role on the registry that allows Microsoft.ContainerRegistry/registries/read, registries/tokens/* and registries/generateCredentials/action, such as Contributor",
    },
    {
      fault: {
        kind: "answer",
        status: 500,
        code: "InternalServerError",
        message: "Oh\n  no.",
        times: always,
      },
      said: "Azure answered 500 InternalServerError (Oh no.)",
      advice: "Azure is overloaded or has trouble: run pulumi up again later",
    },
    {
      fault: { kind: "answer", status: 503, code: "ServerBusy", message: "Busy.", times: always },
      said: "Azure answered 503 ServerBusy (Busy.)",
      advice: "Azure is overloaded or has trouble: run pulumi up again later",
    },
  ];

  test.for(named(cases, ({ said }) => said))("%s", async ([, { fault, said, advice }], { expect }) => {
    const one = await alone();
    await one.resource.up(one.args);
    const before = one.resource.state;
    one.strike(fault);

    const error = await one.resource.up(one.next).catch((thrown: Error) => thrown);

    const message = (error as Error).message;
    const requestId = /request id ([\da-f]{8}-[\da-f-]{27});/.exec(message)?.[1];
    expect(message).toBe(
      `could not make password2 of token ${nameOf(one.tokenId)} of registry ${one.registry} (resource group myresourcegroup, subscription ${stage.azure.connection.subscriptionId}): ${said}, request id ${requestId}; ${advice}`,
    );
    expect(one.resource.state).toEqual(before);
    one.relent();
    await survives(one, one.resource.exported.password);
  });

  test("no connection", async ({ expect }) => {
    const one = await alone();
    await one.resource.up(one.args);
    const before = one.resource.state;
    one.strike({ kind: "lose", times: always });

    const error = await one.resource.up(one.next).catch((thrown: Error) => thrown);

    expect((error as Error).message).toMatch(
      /^could not make password2 of token .*: .+; check the connection to Azure and run pulumi up again$/,
    );
    expect(one.resource.state).toEqual(before);
    one.relent();
    await survives(one, one.resource.exported.password);
  });
});

test("the request id of Azure's answer is in the error", async () => {
  const one = await alone();
  await one.resource.up(one.args);
  await stage.client.arm("DELETE", one.tokenId);

  const error = await one.resource.up(one.next).catch((thrown: Error) => thrown);

  const name = nameOf(one.tokenId);
  expect((error as Error).message).toMatch(
    new RegExp(
      `^could not make password2 of token ${name} of registry ${one.registry} \\(resource group myresourcegroup, subscription [\\w-]+\\): Azure answered 404 ResourceNotFound \\(The resource ${name} could not be found\\.\\), request id [\\da-f]{8}-[\\da-f-]{27}; run pulumi refresh, so that the state follows what is there, and pulumi up again$`,
    ),
  );
});

test("a conflict that does not end is given up after two minutes", async () => {
  const one = await alone();
  await one.resource.up(one.args);
  one.strike({ kind: "answer", status: 409, code: "Conflict", message: "Another one.", times: always });

  const updating = one.resource.up(one.next).catch((thrown: Error) => thrown);
  await until(() => one.posts().length >= 3);
  stage.clock.advance(1);

  expect(((await updating) as Error).message).toMatch(
    /: Azure answered 409 Conflict \(Another one\.\), request id [\da-f-]{36}; wait until the other operation on this token has ended and run pulumi up again$/,
  );
  one.relent();
  await survives(one, one.resource.exported.password);
});

describe("cancel ends every wait at once", () => {
  const waits: { what: string; fault: Omit<Fault, "path">; path: (registry: string) => RegExp }[] = [
    {
      what: "for Azure's answer",
      fault: { kind: "hang" } as Fault,
      path: (registry) => new RegExp(`/${registry}/generateCredentials`),
    },
    {
      what: "for the end of an operation",
      fault: { kind: "hang" } as Fault,
      path: (registry) => new RegExp(`/${registry}/operationResults`),
    },
    {
      what: "until a conflict is over",
      fault: { kind: "answer", status: 409, times: always } as Fault,
      path: (registry) => new RegExp(`/${registry}/generateCredentials`),
    },
    {
      what: "until Azure wants to be asked again",
      fault: { kind: "answer", status: 429, retryAfter: 60, times: always } as Fault,
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

  // A plugin that has been told to cancel does nothing any more.
  afterEach(async () => {
    stage.azure.faults.clear();
    await stage.restart();
  });

  test.for(named(waits, ({ what }) => what))("%s", async ([, { fault, path }]) => {
    const one = await alone();
    if (!/oauth2|openid|metadata/.test(path(one.registry).source)) {
      await one.resource.up(one.args);
    }
    const before = stage.azure.requests.length;
    const exported = one.resource.state && one.resource.exported.password;
    stage.azure.faults.add({ ...fault, path: path(one.registry) } as Fault);
    const args = exported === undefined ? one.args : one.next;
    const outcomes = [one.resource, stage.credentials()].map((resource, index) =>
      (index === 0 ? resource : withStateOf(resource, one.resource)).up(args).then(
        () => "no error",
        (error: Error) => error.message,
      ),
    );
    await until(() =>
      stage.azure.requests.slice(before).some(({ url }) => url.search(path(one.registry)) >= 0),
    );
    await sleep(50);

    const started = performance.now();
    await stage.plugin.cancel();
    const errors = await Promise.race([Promise.all(outcomes), sleep(5000, ["nothing within 5 s"])]);

    expect(errors).not.toEqual(["nothing within 5 s"]);
    expect(performance.now() - started).toBeLessThan(2000);
    const waited =
      exported === undefined
        ? `find the login server of registry ${one.registry}`
        : `make password2 of token ${nameOf(one.tokenId)}`;
    for (const error of errors) {
      expect(error).toBe(`cancelled while waiting to ${waited}`);
    }
    stage.azure.faults.clear();
    await stage.restart();
    if (exported === undefined) {
      await one.resource.up(one.args);
      await works(one);
    } else {
      await survives(one, exported);
    }
  });
});

describe("the plugin is killed when Azure has done the work and before the state has it", () => {
  const killWhileAsked = async (one: Alone, work: Promise<unknown>) => {
    const path = new RegExp(`/${one.registry}/operationResults`);
    const failing = work.then(
      () => "no error",
      (error: Error) => error.message,
    );
    await until(() => stage.azure.requests.some(({ url, status }) => path.test(url) && status === null));
    await stage.restart({ kill: true });
    expect(await failing).toContain("The plugin does not answer");
    stage.azure.faults.clear();
  };

  test("create: the next up makes passwords that work", async () => {
    const one = await alone();
    one.strike({ kind: "hang", path: new RegExp(`/${one.registry}/operationResults`) });
    await killWhileAsked(one, one.resource.up(one.args));
    expect(await stage.client.slots(one.tokenId)).toHaveLength(2);
    expect(one.resource.state).toBeUndefined();

    await one.resource.up(one.args);

    await works(one);
  });

  test("update: the exported password goes on, and the next up rotates after all", async () => {
    const one = await alone();
    await one.resource.up(one.args);
    const exported = one.resource.exported.password;
    one.strike({ kind: "hang", path: new RegExp(`/${one.registry}/operationResults`) });
    await killWhileAsked(one, one.resource.up(one.next));

    await survives(one, exported);
    await works(one);
  });

  test("update, and the change is taken back: a refresh finds the slot that nobody knows", async () => {
    const one = await alone();
    await one.resource.up(one.args);
    const exported = one.resource.exported.password;
    one.strike({ kind: "hang", path: new RegExp(`/${one.registry}/operationResults`) });
    await killWhileAsked(one, one.resource.up(one.next));

    await one.resource.refresh();
    expect(one.resource.slots.password2.lost).toMatch(/^made anew outside of this state/);
    await one.resource.up(one.args);

    expect(one.resource.exported.password).toBe(exported);
    await works(one);
  });

  test("destroy: the next one finishes", async () => {
    const one = await alone();
    await one.resource.up(one.args);
    one.strike({ kind: "hang", method: "PATCH", path: new RegExp(`/${one.registry}/tokens`) });
    const destroying = one.resource.destroy().catch((error: Error) => error.message);
    await until(() =>
      stage.azure.requests.some(({ method, status }) => method === "PATCH" && status === null),
    );
    await stage.restart({ kill: true });
    await destroying;
    stage.azure.faults.clear();

    await one.resource.destroy();

    expect(await stage.client.slots(one.tokenId)).toEqual([]);
  });
});

describe("operations that take their time", () => {
  let slow: Stage;

  beforeAll(async () => {
    slow = await Stage.set({ operation: 200 });
  });

  afterAll(() => slow?.close());

  test("two resources on one token take turns: Azure sees no conflict", async () => {
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

  test("an answer lost while the operation goes on: the token is busy for a while, then it is done", async () => {
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

  test("different tokens go side by side", async () => {
    const tokenIds = await Promise.all([1, 2, 3, 4].map(() => slow.newToken()));

    const requests = await slow.requestsOf(() =>
      Promise.all(tokenIds.map((tokenId) => slow.credentials().up({ tokenId }))),
    );

    const posts = requests.flatMap(({ method, host }, index) =>
      method === "POST" && host === "resourceManager" ? [index] : [],
    );
    const firstEnd = requests.findIndex(
      ({ url, status }) => url.includes("/operationResults/") && status === 200,
    );
    expect(posts).toHaveLength(4);
    expect(Math.max(...posts)).toBeLessThan(firstEnd);
  });
});

/** Cases with their names in front: `test.for` shortens what it takes out of an object. */
function named<Case>(cases: readonly Case[], name: (one: Case) => string): [string, Case][] {
  return cases.map((one) => [name(one), one]);
}

/** Another resource for the same token: it has to wait for its turn. */
function withStateOf(resource: CredentialsResource, other: CredentialsResource): CredentialsResource {
  resource.state = structuredClone(other.state);
  return resource;
}
