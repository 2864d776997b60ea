/** generateCredentials as a long-running operation, regardless of the form in the other tests. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isolatedToken, survives, works } from "../support/isolatedToken.js";
import { nameOf, TestEnvironment } from "../support/testEnvironment.js";
import { until } from "../support/until.js";

let slow: TestEnvironment;

beforeAll(async () => {
  slow = await TestEnvironment.start({
    registries: ["first1", "second1", "third1"].map((name) => ({ name, resourceGroup: "myresourcegroup" })),
    operationMs: 200,
    generateCredentialsStatus: 202,
  });
});

afterAll(() => slow?.close());

test("an answer lost while Azure is asked for the result", async () => {
  const one = await isolatedToken(slow, "second1");
  await one.resource.up(one.args);
  const path = /\/second1\/operationResults/;
  one.addFault({ kind: "lose", path });
  await one.resource.up(one.next);
  expect(slow.azure.requests.filter(({ url, status }) => path.test(url) && status === null)).toHaveLength(1);
  expect(one.posts()).toHaveLength(2);
  await works(one);
});

test("cancel ends the wait for an operation at once", async () => {
  const one = await isolatedToken(slow, "third1");
  await one.resource.up(one.args);
  const exported = one.resource.exported.password;
  const path = /\/third1\/operationResults/;
  one.addFault({ kind: "hang", path });
  const outcome = one.resource.up(one.next).then(
    () => "no error",
    (error: Error) => error.message,
  );
  await until(() => slow.azure.requests.some(({ url, status }) => path.test(url) && status === null));

  const started = performance.now();
  await slow.plugin.cancel();

  expect(await Promise.race([outcome, sleep(5000, "nothing within 5 s")])).toBe(
    `cancelled while waiting to generate password2 of token ${nameOf(one.tokenId)}`,
  );
  expect(performance.now() - started).toBeLessThan(2000);
  one.endFaults();
  // A cancelled plugin does nothing any more.
  await slow.restart();
  await survives(one, exported);
});

test("different tokens are generated in parallel", async () => {
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
