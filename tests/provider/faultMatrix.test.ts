/**
 * Every operation of both resources against every fault of a request: the operation succeeds, or reports the fault.
 * The exported password keeps working, and one more `up` is enough.
 */
import type { Fault, PolicyAssignment } from "local-azure";
import { afterAll, beforeAll, describe, test } from "vitest";
import { isFullSize } from "../support/size.js";
import { TestEnvironment } from "../support/testEnvironment.js";
import { Case, failureOf, operations, registryOf } from "./faultOperations.js";

/** A fault without its request. */
type Trouble = Fault extends infer One ? (One extends Fault ? Omit<One, "path"> : never) : never;

/** Each fault, and the error that reports it. Without an error the operation retries and succeeds. */
const troubles: [what: string, trouble: Trouble, said?: RegExp][] = [
  ["409", { kind: "answer", status: 409, code: "Conflict" }],
  ["429 with Retry-After", { kind: "answer", status: 429, retryAfterSeconds: 1 }],
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
    /401 ExpiredAuthenticationToken .*; run pulumi up again/,
  ],
  ["an answer that is cut", { kind: "alter", isCut: true }, /./],
  [
    "an answer that is no JSON",
    { kind: "alter", body: () => "<html>" },
    /invalid response: it is cut off, or not JSON/,
  ],
  ["an answer without its fields", { kind: "alter", body: () => "{}" }, /with an invalid response/],
  ["a refusal", { kind: "answer", status: 400 }, /Azure answered 400 InjectedFault .*request id/],
  [
    "no right to it",
    { kind: "answer", status: 403, code: "AuthorizationFailed" },
    /403 AuthorizationFailed .*role/,
  ],
  [
    "an operation that fails",
    { kind: "operation", ends: "Failed" },
    /InjectedFault|failed or cancelled it|failed/i,
  ],
  [
    "an operation that is cancelled",
    { kind: "operation", ends: "Canceled" },
    /failed or cancelled it|cancel/i,
  ],
];

/** At full size every pair; otherwise every fault once, and every operation twice. */
const cases = operations.flatMap((operation, row) =>
  troubles.flatMap(([what, trouble, said], column) => {
    const title = `${operation.name}: ${what}`;
    const isTried = isFullSize || column % operations.length === (row + 1) % operations.length;
    return isTried ? [{ title, registry: registryOf(operation, column), operation, trouble, said }] : [];
  }),
);

/** The operations that write a token, and those that generate passwords. */
const tokenWrites = [
  "clearing of an overlap that is over",
  "deletion of credentials",
  "create of access",
  "update of access",
];
const generations = ["create of credentials", "rotation", "adoption"];
const disabled = { name: "no-tokens", resourceType: "tokens", requires: { status: "disabled" } } as const;
const policies: [what: string, policy: PolicyAssignment, fails: string[], said: RegExp][] = [
  [
    "that disables tokens",
    { ...disabled, effect: "Modify" },
    tokenWrites,
    /the status is "disabled" instead of "enabled"/,
  ],
  [
    "that denies enabled tokens",
    { ...disabled, effect: "Deny" },
    tokenWrites,
    /the assignment "no-tokens" .* denies this/,
  ],
  [
    "that limits the life of passwords",
    {
      name: "life",
      resourceType: "passwords",
      requires: { expiry: "2099-01-01T00:00:00+00:00" },
      effect: "Modify",
    },
    generations,
    /password\d expires on 2099-01-01T00:00:00.000Z instead of never/,
  ],
];

const policyCases = operations.flatMap((operation) =>
  policies.map(([what, policy, fails, said], index) => ({
    title: `${operation.name}: a policy ${what}`,
    registry: registryOf(operation, troubles.length + index),
    operation,
    policy,
    said: fails.includes(operation.name) ? said : undefined,
  })),
);

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: [...cases, ...policyCases].map(({ registry }) => ({
      name: registry,
      resourceGroup: "myresourcegroup",
    })),
  });
});

afterAll(() => environment?.close());

describe.concurrent("a fault", () => {
  test.for(cases.map((one) => [one.title, one] as const))("%s", async ([, one], { expect }) => {
    const { registry, operation, trouble, said } = one;
    const it = await Case.on(environment, registry);
    await operation.before?.(it);
    const path = new RegExp(`/registries/${registry}/(tokens|generateCredentials)`);
    const struck = { ...trouble, path } as Fault;
    environment.azure.faults.add(struck);

    const failure = await failureOf(operation.run(it));

    // A fault that no request met yet is removed.
    struck.path = /^nothing$/;
    if (trouble.kind === "answer") {
      const met = environment.azure.requests.filter(({ url }) => path.test(url)).map(({ status }) => status);
      expect(met, "it struck").toContain(trouble.status);
      expect(failure === undefined, "a refusal is none that passes").toBe(
        ![400, 401, 403].includes(trouble.status),
      );
    }
    if (failure !== undefined) {
      expect(said, `this passes: ${(failure as Error).message}`).toBeDefined();
      it.expectComplete(failure, said as RegExp, { expect });
    }
    await it.keepsItsPromise();
    await it.converges(operation);
  });
});

describe.concurrent("Azure Policy", () => {
  test.for(policyCases.map((one) => [one.title, one] as const))("%s", async ([, one], { expect }) => {
    const { registry, operation, policy, said } = one;
    const it = await Case.on(environment, registry);
    await operation.before?.(it);
    const assigned = { ...policy, name: `${policy.name}-${registry}`, displayName: policy.name };
    environment.azure.policies.assign({ ...assigned, scope: environment.registryId(registry) });

    const failure = await failureOf(operation.run(it));

    expect(failure !== undefined, String(failure)).toBe(said !== undefined);
    if (said !== undefined) {
      it.expectComplete(failure, said, { expect });
    }
    environment.azure.policies.remove(assigned.name);
    // As `pulumi up --refresh` does.
    await it.access.refresh();
    await it.upAccess();
    await it.keepsItsPromise();
    await it.converges(operation);
  });
});
