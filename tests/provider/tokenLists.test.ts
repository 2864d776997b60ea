/** A refresh of many tokens reads their registry's list, and a token only if it is not in the list. */
import type { Fault } from "local-azure";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type CredentialsResource, nameOf, TestEnvironment } from "../support/testEnvironment.js";

const always = Number.POSITIVE_INFINITY;

const registries = Array.from({ length: 20 }, (_, index) => `registry${index}`);

let environment: TestEnvironment;
/** A test's own: a list shows all tokens of a registry. */
let registry: string;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    access: { first: ["first"], second: ["first"] },
    registries: registries.map((name) => ({ name, resourceGroup: "myresourcegroup" })),
  });
});

beforeEach(() => {
  registry = nextRegistry();
});

afterEach(() => environment.azure.faults.clear());

afterAll(() => environment?.close());

function nextRegistry(): string {
  const next = registries.pop();
  if (next === undefined) {
    throw new Error("there are more tests than registries");
  }
  return next;
}

interface Client {
  readonly tokenId: string;
  readonly credentials: CredentialsResource;
}

async function clients(count: number, azure?: object): Promise<Client[]> {
  const made = Array.from({ length: count }, async () => {
    const tokenId = await environment.newToken({ registry });
    const credentials = environment.credentials();
    await credentials.up({ tokenId, generation: "one", ...(azure && { azure }) });
    return { tokenId, credentials };
  });
  const all = await Promise.all(made);
  await environment.newRun();
  return all;
}

/** Reads all, with the engine's default number of parallel operations on a small machine. */
async function refresh(all: readonly Client[]): Promise<void> {
  for (let start = 0; start < all.length; start += 8) {
    await Promise.all(all.slice(start, start + 8).map(({ credentials }) => credentials.refresh()));
  }
}

/** The numbers of requests for tokens and for pages of lists. */
async function asked(work: () => Promise<unknown>): Promise<{ tokens: number; pages: number }> {
  const requests = await environment.requestsOf(work);
  const count = (pattern: RegExp) => requests.filter(({ url }) => pattern.test(url)).length;
  return { tokens: count(/\/tokens\/[^/]+\?/), pages: count(/\/tokens\?/) };
}

function lists(fault: Partial<Fault>): void {
  environment.azure.faults.add({ path: /\/tokens\?/, times: always, ...fault } as Fault);
}

test("of 40 tokens, 10 are read one by one and the others by one page", async () => {
  const all = await clients(40);
  const before = all.map(({ credentials }) => credentials.saved);

  expect(await asked(() => refresh(all))).toEqual({ tokens: 10, pages: 1 });

  expect(all.map(({ credentials }) => credentials.saved)).toEqual(before);
});

test("a TokenAccess shares the read of its TokenCredentials", async () => {
  const all = await clients(20);
  const accesses = await Promise.all(
    all.map(async ({ tokenId }) => {
      const access = environment.access();
      await access.up({ tokenId, scopeMapId: environment.scopeMapId("_repositories_pull", registry) });
      return access;
    }),
  );
  await environment.newRun();
  const both = async () => {
    await refresh(all);
    for (const access of accesses) {
      await access.refresh();
    }
  };
  expect(await asked(both)).toEqual({ tokens: 10, pages: 1 });
});

test("the list shows a password that was regenerated outside Pulumi", async () => {
  const all = await clients(12);
  const [mine, other] = all.slice(-2) as [Client, Client];
  await environment.client.generate(mine.tokenId, "password2");

  await refresh(all);

  expect(mine.credentials.slots.password2.lost).toMatch(/^regenerated outside of this state/);
  expect(other.credentials.slots.password2.lost).toBeUndefined();
});

test("a token that is not in the list is read, and removed from the state if it does not exist", async () => {
  const all = await clients(12);
  const { tokenId, credentials } = all.at(-1) as Client;
  await environment.client.arm("DELETE", tokenId);

  const { tokens } = await asked(() => refresh(all));

  expect(tokens).toBe(11);
  expect(credentials.state).toBeUndefined();
});

test("an incomplete list removes no token from the state", async () => {
  const all = await clients(12);
  lists({ kind: "alter", body: () => JSON.stringify({ value: [] }) });

  expect(await asked(() => refresh(all))).toMatchObject({ tokens: 12 });

  expect(all.every(({ credentials }) => credentials.state !== undefined)).toBe(true);
});

test.each<[string, Partial<Fault>]>([
  ["is forbidden", { kind: "answer", status: 403, code: "AuthorizationFailed" }],
  ["is not JSON", { kind: "alter", body: () => "<html>" }],
  ["is no list", { kind: "alter", body: () => '{"value":{}}' }],
  ["has tokens without a status", { kind: "alter", body: (body) => body.replaceAll('"status"', '"other"') }],
])("if the list %s, each token is read separately", async (_what, fault) => {
  const all = await clients(14);
  lists(fault);
  const { tokens, pages } = await asked(() => refresh(all));
  expect([tokens, pages]).toEqual([14, 1]);
});

test("an endless list is read for at most as many pages as tokens were read before", async () => {
  const all = await clients(14);
  lists({
    kind: "alter",
    body: (body) => {
      const { value } = JSON.parse(body) as { value: { name: string }[] };
      const { resourceManager } = environment.azure.connection;
      const nextLink = `${resourceManager}${environment.registryId(registry)}/tokens?api-version=2025-11-01`;
      const last = nameOf((all.at(-1) as Client).tokenId);
      return JSON.stringify({ value: value.filter(({ name }) => name !== last), nextLink });
    },
  });
  expect(await asked(() => refresh(all))).toEqual({ tokens: 11, pages: 10 });
});

test("a token that is read again in the same run is read separately", async () => {
  const all = await clients(12);
  await refresh(all);
  const last = all.at(-1) as Client;
  expect(await asked(() => last.credentials.refresh())).toEqual({ tokens: 1, pages: 0 });
});

test("a list is not used after a write of the provider", async () => {
  const all = await clients(14);
  await refresh(all.slice(0, 11));
  const [changed, , last] = all.slice(-3) as [Client, Client, Client];
  await changed.credentials.up({ tokenId: changed.tokenId, generation: "two" });
  expect(await asked(() => last.credentials.refresh())).toEqual({ tokens: 1, pages: 0 });
});

test("a list is not shared with another identity", async () => {
  const { clientId, clientSecret } = environment.azure.connection.other;
  const mine = await clients(12);
  const others = await clients(1, {
    clientId,
    clientSecret,
    tenantId: environment.azure.connection.tenantId,
  });
  await refresh(mine);
  expect(await asked(() => refresh(others))).toEqual({ tokens: 1, pages: 0 });
});

test("a list is not shared with another registry", async () => {
  const mine = await clients(12);
  const tokenId = await environment.newToken({
    name: nameOf((mine.at(-1) as Client).tokenId),
    registry: nextRegistry(),
  });
  const credentials = environment.credentials();
  await credentials.up({ tokenId });
  await environment.newRun();
  await refresh(mine.slice(0, 11));
  expect(await asked(() => refresh([{ tokenId, credentials }]))).toEqual({ tokens: 1, pages: 0 });
});
