/**
 * Every request to a vault against everything that may go wrong with it: the operation succeeds, or its error says what went
 * wrong. The newest enabled version of the secret logs in all the while, and one more `up` completes the operation.
 */
import type { Fault } from "local-azure";
import { PluginError } from "local-azure/pulumi";
import { describe, test } from "vitest";
import { CheckError } from "../support/engine.js";
import { isFullSize } from "../support/size.js";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { newTokenFor, onVault, type TestVault, type TokenInVault } from "../support/vault.js";
import { failureOf } from "./faultOperations.js";

/** A fault without the request that it strikes. */
type Trouble = Fault extends infer One ? (One extends Fault ? Omit<One, "path"> : never) : never;

/**
 * The provider retries a fault without a message; any other fault may end the operation with the message. The first ones strike
 * the operation of the same place in the list of operations at any size.
 */
const troubles: [what: string, trouble: Trouble, said?: RegExp][] = [
  ["429 with Retry-After", { kind: "answer", status: 429, retryAfterSeconds: 1 }],
  ["a reset after the work", { kind: "lose" }],
  ["a refusal after the work", { kind: "alter", status: 400, body: () => "{}" }, /the vault answered 400/],
  [
    "a missing role",
    { kind: "answer", status: 403, code: "Forbidden" },
    /403 Forbidden .*; give the identity/,
  ],
  ["an answer that is cut", { kind: "alter", isCut: true }, /./],
  ["a refusal", { kind: "answer", status: 400 }, /400 InjectedFault .*; correct what Key Vault names/],
  ["an answer that is no JSON", { kind: "alter", body: () => "<html>" }, /./],
  ["a reset before the work", { kind: "reset" }],
  ["500", { kind: "answer", status: 500 }],
  ["503", { kind: "answer", status: 503 }],
  ["a slow answer", { kind: "delay", milliseconds: 1_000 }],
];

/** A token with a secret of its own, which no other test's faults reach, and the arguments of its next run. */
type Case = TokenInVault & { args: Record<string, unknown> };

const up = (one: Case, others: object = {}) => {
  one.args = { ...one.args, ...others };
  return one.credentials.up(one.args);
};

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: (one: Case) => RegExp;
  readonly isDeletion?: boolean;
  before?(one: Case): Promise<unknown>;
  run(one: Case): Promise<unknown>;
}

const rotatedTwice = async (one: Case) => {
  await up(one);
  await up(one, { generation: "two" });
};
const itsSecret = ({ secret }: Case) => new RegExp(`secrets/${secret}\\b`);

const operations: readonly Operation[] = [
  { name: "the first version is written", method: "PUT", path: itsSecret, run: (one) => up(one) },
  {
    name: "the versions are listed",
    method: "GET",
    path: ({ secret }) => new RegExp(`secrets/${secret}/versions\\?maxresults`),
    before: (one) => up(one),
    run: (one) => up(one, { generation: "two" }),
  },
  {
    name: "the next version is written",
    method: "PUT",
    path: itsSecret,
    before: (one) => up(one),
    run: (one) => up(one, { generation: "two" }),
  },
  {
    name: "a version is disabled",
    method: "PATCH",
    path: itsSecret,
    before: rotatedTwice,
    run: (one) => up(one, { generation: "three" }),
  },
  {
    name: "a refresh lists the versions",
    method: "GET",
    path: ({ secret }) => new RegExp(`secrets/${secret}/versions\\?maxresults`),
    before: (one) => up(one),
    run: ({ credentials }) => credentials.refresh(),
  },
  {
    name: "the passwords move, and the secret before is deleted",
    method: "DELETE",
    path: itsSecret,
    before: (one) => up(one),
    run: (one) => up(one, { keyVault: { vaultUri: vault.uri, secretName: `${one.secret}-2` } }),
  },
  {
    name: "the passwords go back to the state, and are read",
    method: "GET",
    path: ({ secret }) => new RegExp(`secrets/${secret}/[0-9a-f]{32}`),
    before: (one) => up(one),
    run: (one) => up(one, { keyVault: undefined }),
  },
  {
    name: "the secret is deleted by a destroy",
    method: "DELETE",
    path: itsSecret,
    isDeletion: true,
    before: (one) => up(one),
    run: ({ credentials }) => credentials.destroy(),
  },
];

/** At full size every pair; otherwise every operation once. */
const cases = operations.flatMap((operation, row) =>
  troubles.flatMap(([what, trouble, said], column) =>
    isFullSize || column === row ? [{ title: `${operation.name}: ${what}`, operation, trouble, said }] : [],
  ),
);

let environment: TestEnvironment;
let vault: TestVault;

onVault((...started) => {
  [environment, vault] = started;
});

/** Whether the newest enabled version logs in; undefined if there is none. */
async function newestWorks({ canLogIn }: Case, secret: string): Promise<boolean | undefined> {
  const value = await vault.newestEnabled(secret);
  return value === undefined ? undefined : canLogIn(value);
}

describe.concurrent("a fault of a vault", () => {
  test.for(cases.map((one) => [one.title, one] as const))("%s", async ([, one], { expect }) => {
    const { operation, trouble, said } = one;
    const token = await newTokenFor(environment, vault);
    const it: Case = { ...token, args: token.inVault };
    await operation.before?.(it);
    const path = operation.path(it);
    const struck = { ...trouble, host: "vault", method: operation.method, path } as Fault & { path: RegExp };
    environment.azure.faults.add(struck);

    const failure = await failureOf(operation.run(it));

    // A fault that has not struck yet strikes no later request.
    struck.path = /^nothing$/;
    if (trouble.kind === "answer") {
      const met = environment.azure.requests
        .filter(({ method, url }) => method === operation.method && path.test(url))
        .map(({ status }) => status);
      expect(met, "the fault struck").toContain(trouble.status);
      expect(failure === undefined, "a refusal is not retried").toBe(![400, 403].includes(trouble.status));
    }
    if (failure !== undefined) {
      expect(failure instanceof PluginError || failure instanceof CheckError, String(failure)).toBe(true);
      const { message } = failure as Error;
      expect(said, `the provider retries this: ${message}`).toBeDefined();
      expect(message).toMatch(said as RegExp);
      expect(message).toMatch(new RegExp(`secret ${it.secret}\\b.* of the vault 127\\.0\\.0\\.1`));
    }
    for (const secret of [it.secret, `${it.secret}-2`]) {
      expect(await newestWorks(it, secret), "the newest enabled version works").not.toBe(false);
    }

    if (operation.isDeletion) {
      await it.credentials.destroy();
      expect(await vault.versions(it.secret)).toEqual([]);
      return;
    }
    await up(it);
    const settled = async (why: string) =>
      expect((await it.credentials.preview(it.args)).operation, why).toBe("same");
    await settled("one more up completes the operation");
    const { keyVault } = it.credentials.saved.inputs as { keyVault?: { secretName: string } };
    const works = keyVault
      ? await newestWorks(it, keyVault.secretName)
      : await it.canLogIn(it.credentials.exported.password);
    expect(works, "a client gets a password that works").toBe(true);
    await it.credentials.refresh();
    await settled("the refresh finds no drift");
  });
});
