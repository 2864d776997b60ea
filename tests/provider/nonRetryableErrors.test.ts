/** Errors that no retry can fix, and operations that fail: an error at once, with what to do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isolatedToken, survives } from "../support/isolatedToken";
import { nameOf, TestEnvironment } from "../support/testEnvironment";
import { until } from "../support/until";

const registries = Array.from({ length: 8 }, (_, index) => `registry${String(index).padStart(2, "0")}`);

let environment: TestEnvironment;
let taken = 0;

beforeAll(async () => {
  environment = await TestEnvironment.start({
    registries: registries.map((name) => ({ name, resourceGroup: "myresourcegroup" })),
  });
});

afterAll(() => environment?.close());

async function newToken() {
  const one = await isolatedToken(environment, registries[taken++]);
  await one.resource.up(one.args);
  return one;
}

/** The error of an up, which must not take long. */
async function failsAtOnce(up: Promise<unknown>): Promise<string> {
  const started = performance.now();
  const message = await up.then(
    () => "no error",
    (error: Error) => error.message,
  );
  expect(performance.now() - started).toBeLessThan(5_000);
  return message;
}

test("a lock on the registry is not retried as a conflict", async () => {
  const one = await newToken();
  const { password } = one.resource.exported;
  const lock = `${environment.registryId(one.registry)}/providers/Microsoft.Authorization/locks/frozen`;
  await environment.client.arm("PUT", lock, { properties: { level: "ReadOnly" } });

  const message = await failsAtOnce(one.resource.up(one.next));

  expect(message).toMatch(
    /^could not generate password2 of token .*: Azure answered 409 ScopeLocked \(The scope '.*' cannot perform write operation because following scope\(s\) are locked: '.*'.*\), request id [\da-f-]{36}; remove the lock that Azure names, az lock list shows it, and run pulumi up again/,
  );
  expect(one.posts()).toHaveLength(2);
  await environment.client.arm("DELETE", lock);
  await survives(one, password);
});

describe.each(["Failed", "Canceled"] as const)("an operation that ends %s", (ends) => {
  const operation = { kind: "operation", ends, code: "RegistryBusy", message: "It did not work." } as const;

  test("changing the token's access", async () => {
    const { tokenId } = await newToken();
    const access = environment.access();
    const args = { tokenId, scopeMapId: `${tokenId.replace(/tokens.*/, "scopeMaps")}/_repositories_pull` };
    await access.up(args);
    environment.azure.faults.add({ ...operation, method: "PATCH", path: new RegExp(nameOf(tokenId)) });

    const message = await failsAtOnce(access.up({ ...args, status: "disabled" }));

    expect(message).toMatch(/^could not change the status of token /);
    if (ends === "Failed") {
      expect(message).toContain("the operation ended as Failed: RegistryBusy (It did not work.)");
    }
    expect(message).toMatch(
      /Azure had accepted the operation, and then failed or cancelled it: correct the cause that Azure names and run pulumi up again$/,
    );
    await access.up({ ...args, status: "disabled" });
  });

  test("generating a password, if the operation is polled", async () => {
    const one = await newToken();
    const { password } = one.resource.exported;
    one.addFault(operation);

    const message = await failsAtOnce(one.resource.up(one.next));

    if (process.env.GENERATE_CREDENTIALS_STATUS === "202") {
      expect(message).toMatch(
        /^could not generate password2 of token .*RegistryBusy.*It did not work\..*; (Azure had accepted|correct what Azure names)/,
      );
      await survives(one, password);
    } else {
      // Azure was recorded to answer at once: then there is no operation that could fail.
      expect(message).toBe("no error");
    }
  });
});

test("a poll that always fails ends with Azure's error after one timeout, without a second write", async () => {
  const { tokenId } = await newToken();
  const access = environment.access();
  const args = { tokenId, scopeMapId: `${tokenId.replace(/tokens.*/, "scopeMaps")}/_repositories_pull` };
  await access.up(args);
  const path = new RegExp(`${nameOf(tokenId)}/operationStatuses`);
  const times = Number.POSITIVE_INFINITY;
  environment.azure.faults.add({ kind: "answer", status: 500, code: "InternalServerError", path, times });

  const requests = await environment.requestsOf(async () => {
    const failed = expect(access.up({ ...args, status: "disabled" })).rejects.toThrow(
      /^could not change the status of token .*: Azure answered 500 InternalServerError .*; Azure is overloaded or has a failure: run pulumi up again later$/,
    );
    const polls = () =>
      environment.azure.requests.filter(({ url, status }) => path.test(url) && status === 500).length;
    await until(() => polls() > 0);
    environment.clock.elapse(100);
    // The limit is two minutes: the poll is retried.
    const before = polls();
    await until(() => polls() > before);
    environment.clock.elapse(30);
    await failed;
  });

  expect(requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  environment.azure.faults.clear();
});

test("control characters and color tags in Azure's messages are escaped", async () => {
  const one = await newToken();
  const message = "no\u001b[2J\u202eway <{%fg 1%}>red";
  one.addFault({
    kind: "alter",
    status: 400,
    body: () => JSON.stringify({ error: { code: "Bad\u009b", message } }),
  });

  const said = await failsAtOnce(one.resource.up({ ...one.args, generation: "two" }));

  expect(said).toContain(String.raw`Azure answered 400 Bad\u009b (no\u001b[2J\u202eway <{\u0025fg 1%}>red)`);
});
