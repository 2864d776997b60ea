/**
 * Every operation of both resources against everything that may go wrong with a request: it succeeds, or says all of what went
 * wrong; what was exported logs in all the while; and one more `up` is all that it takes.
 */
import type { Fault } from "local-azure";
import { PluginError } from "local-azure/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckError, type Resource } from "../support/engine.js";
import { type CredentialsResource, nameOf, Stage } from "../support/stage.js";

/** A fault without the request that it strikes. */
type Trouble = Fault extends infer One ? (One extends Fault ? Omit<One, "path"> : never) : never;

/** What passes must be outlasted; what else there is may be, or is an error that says this. */
const troubles: [what: string, trouble: Trouble, said?: RegExp][] = [
  ["409", { kind: "answer", status: 409, code: "Conflict" }],
  ["429 with Retry-After", { kind: "answer", status: 429, retryAfter: 1 }],
  ["429 without Retry-After", { kind: "answer", status: 429 }],
  ["500", { kind: "answer", status: 500 }],
  ["502", { kind: "answer", status: 502 }],
  ["503", { kind: "answer", status: 503 }],
  ["504", { kind: "answer", status: 504 }],
  ["a reset before the work", { kind: "reset" }],
  ["a reset after the work", { kind: "lose" }],
  ["a slow answer", { kind: "delay", milliseconds: 2_500 }],
  [
    "an access token that has expired",
    { kind: "answer", status: 401, code: "ExpiredAuthenticationToken" },
    /401/,
  ],
  ["an answer that is cut", { kind: "alter", isCut: true }, /./],
  ["an answer that is no JSON", { kind: "alter", body: () => "<html>" }, /what is no answer to that|JSON/],
  ["an answer without its fields", { kind: "alter", body: () => "{}" }, /what is no answer to that/],
  ["a refusal", { kind: "answer", status: 400 }, /Azure answered 400 InjectedFault .*request id/],
  [
    "no right to it",
    { kind: "answer", status: 403, code: "AuthorizationFailed" },
    /403 AuthorizationFailed .*role/,
  ],
  ["an operation that fails", { kind: "operation", ends: "Failed" }, /InjectedFault|gave it up|failed/i],
  ["an operation that is cancelled", { kind: "operation", ends: "Canceled" }, /gave it up|cancel/i],
];

/** One token in a registry of its own, which no other test's faults reach. */
interface Case {
  readonly credentials: CredentialsResource;
  readonly access: Resource;
  readonly registry: string;
  readonly tokenId: string;
  /** The program's arguments. */
  args: Record<string, unknown>;
  scopeMap: string;
}

/** An operation: how to come to where it starts, and what it is. */
const operations: [
  name: string,
  operation: { before?(one: Case): Promise<unknown>; run(one: Case): Promise<unknown> },
][] = [
  ["create of credentials", { run: (one) => upCredentials(one) }],
  [
    "rotation",
    {
      before: (one) => upCredentials(one),
      run: (one) => upCredentials(one, { generation: "two" }),
    },
  ],
  [
    "clearing of an overlap that is over",
    {
      before: async (one) => {
        await upCredentials(one);
        await upCredentials(one, { generation: "two" });
        // As if the last rotation had been long ago.
        for (const state of [one.credentials.saved.inputs, one.credentials.saved.outputs]) {
          const { password1 } = state.slots as Record<string, { previousSince?: string }>;
          password1.previousSince = "2020-01-01";
        }
      },
      run: (one) => upCredentials(one, { overlapDays: 1 }),
    },
  ],
  [
    "refresh of credentials",
    { before: (one) => upCredentials(one), run: ({ credentials }) => credentials.refresh() },
  ],
  [
    "deletion of credentials",
    { before: (one) => upCredentials(one), run: ({ credentials }) => credentials.destroy() },
  ],
  [
    "adoption",
    {
      before: async (one) => {
        const [password] = await stage.client.generate(one.tokenId, "password1");
        one.args = { ...one.args, adopt: { password1: password.value } };
      },
      run: (one) => upCredentials(one),
    },
  ],
  ["create of access", { run: (one) => upAccess(one, "_repositories_push") }],
  [
    "update of access",
    {
      before: (one) => upAccess(one, "_repositories_pull"),
      run: (one) => upAccess(one, "_repositories_push"),
    },
  ],
  [
    "refresh of access",
    { before: (one) => upAccess(one, "_repositories_pull"), run: ({ access }) => access.refresh() },
  ],
];

const cases = operations.flatMap(([operation, { before, run }]) =>
  troubles.map(([what, trouble, said], index) => ({
    title: `${operation}: ${what}`,
    registry: `${operation.replace(/\W/g, "")}${index}`,
    before,
    run,
    trouble,
    said,
  })),
);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set({
    registries: cases.map(({ registry }) => ({ name: registry, resourceGroup: "myresourcegroup" })),
  });
});

afterAll(() => stage?.close());

function upCredentials(one: Case, others: Record<string, unknown> = {}) {
  one.args = { ...one.args, ...others };
  return one.credentials.up(one.args);
}

function upAccess(one: Case, scopeMap: string) {
  one.scopeMap = scopeMap;
  return one.access.up({ tokenId: one.tokenId, scopeMapId: stage.scopeMapId(scopeMap, one.registry) });
}

/** What is exported logs in, where it has been exported. */
async function keepsItsPromise({ credentials, registry, tokenId }: Case): Promise<void> {
  const { password } = credentials.state ? credentials.exported : {};
  if (password !== undefined) {
    expect(await stage.canLogIn(nameOf(tokenId), password, registry), "what is exported works").toBe(true);
  }
}

describe.concurrent("a fault", () => {
  test.for(cases.map((one) => [one.title, one] as const))("%s", async ([, one], { expect }) => {
    const { registry, before, run, trouble, said } = one;
    const tokenId = await stage.newToken({ registry });
    const it: Case = {
      credentials: stage.credentials(registry),
      access: stage.access(registry),
      registry,
      tokenId,
      args: { tokenId, generation: "one" },
      scopeMap: "_repositories_pull",
    };
    await before?.(it);
    const path = new RegExp(`/registries/${registry}/(tokens|generateCredentials)`);
    const struck = { ...trouble, path } as Fault;
    stage.azure.faults.add(struck);

    const failure: unknown = await run(it).then(
      () => undefined,
      (error: unknown) => error,
    );

    // Whatever was not struck strikes nobody any more.
    struck.path = /^nothing$/;
    if (trouble.kind === "answer") {
      const met = stage.azure.requests.filter(({ url }) => path.test(url)).map(({ status }) => status);
      expect(met, "it struck").toContain(trouble.status);
      expect(failure === undefined, "a refusal is none that passes").toBe(
        ![400, 401, 403].includes(trouble.status),
      );
    }
    if (failure !== undefined) {
      expect(said, `this passes: ${(failure as Error).message}`).toBeDefined();
      expect(failure instanceof PluginError || failure instanceof CheckError, String(failure)).toBe(true);
      const { message } = failure as Error;
      expect(message).toMatch(said as RegExp);
      expect(message).toContain(`token ${nameOf(tokenId)} of registry ${registry}`);
      expect(message).toMatch(/; |: run pulumi/);
    }
    await keepsItsPromise(it);

    // One more of it.
    if (it.access.state !== undefined || one.title.includes("access")) {
      await upAccess(it, it.scopeMap);
      await it.access.refresh();
      expect(it.access.saved.outputs.scopeMapId).toBe(stage.scopeMapId(it.scopeMap, registry));
    } else if (one.title.startsWith("deletion")) {
      await it.credentials.destroy();
      expect(await stage.client.slots(tokenId)).toEqual([]);
    } else {
      await upCredentials(it);
      expect((await it.credentials.preview(it.args)).operation).toBe("same");
      await keepsItsPromise(it);
      await it.credentials.refresh();
      expect((await it.credentials.preview(it.args)).operation, "nothing was lost on the way").toBe("same");
    }
  });
});
