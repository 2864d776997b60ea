import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arm, HandClock, type HttpAnswer, makeToken, registryPath, startAzure } from "./support.js";

const actions = ["repositories/azureiotedge-agent/content/read"];
const header = (kind: string) => `x-ms-ratelimit-remaining-subscription-${kind}`;

/** The remaining requests of one kind in a response. */
function left({ headers }: HttpAnswer, kind: string): number {
  return Number(headers[header(kind)]);
}

test("reads, writes and deletes count down from Azure's bursts separately, also without throttling", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  const put = () => request("PUT", path, { properties: { actions } });

  const answers = {
    writes: await put(),
    reads: await request("GET", path),
    deletes: await request("DELETE", path),
  };

  expect(left(answers.writes, "writes")).toBe(199);
  expect(left(answers.reads, "reads")).toBe(249);
  expect(left(answers.deletes, "deletes")).toBe(199);
  for (const [kind, { headers }] of Object.entries(answers)) {
    expect(Object.keys(headers).filter((name) => name.includes("ratelimit"))).toEqual([header(kind)]);
  }
  const post = await request("POST", registryPath(azure, "/generateCredentials"), {});
  expect(post.status).toBe(400);
  // A tenth of a second refills one.
  expect([198, 199]).toContain(left(post, "writes"));
  expect((await request("GET", "/tenants")).headers).not.toHaveProperty(header("reads"));
});

test("without throttling the count ends at 0 and nothing is refused", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");

  const answers = await Promise.all(
    Array.from({ length: 320 }, () => request("PUT", path, { properties: { actions } })),
  );

  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(Math.min(...answers.map((answer) => left(answer, "writes")))).toBe(0);
});

test("a request beyond the burst is refused with Azure's message, and succeeds after Retry-After", async () => {
  const clock = new HandClock();
  const azure = await startAzure({
    now: clock.now,
    throttling: { writes: { burst: 3, perSecond: 0.5 } },
  });
  const { clientId, subscriptionId } = azure.connection;
  const request = await arm(azure);
  const path = (name: string) => registryPath(azure, `/scopeMaps/${name}`);
  const put = (name = "edge-map") => request("PUT", path(name), { properties: { actions } });
  expect([left(await put(), "writes"), left(await put(), "writes"), left(await put(), "writes")]).toEqual([
    2, 1, 0,
  ]);

  // The clock of this Azure has no effect.
  clock.forward(24 * 60 * 60 * 1000);
  const refused = await put("late-map");

  const wait = String(refused.headers["retry-after"]);
  expect(refused.status).toBe(429);
  expect(left(refused, "writes")).toBe(0);
  expect(wait).toMatch(/^[12]$/);
  expect(refused.body).toEqual({
    error: {
      code: "SubscriptionRequestsThrottled",
      message: `Number of 'write' requests for subscription '${subscriptionId}' actor '${clientId}' exceeded. Please try again after '${wait}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
    },
  });
  // A refused request has no effect, reads are counted separately, and a refusal does not count.
  expect((await request("GET", path("late-map"))).status).toBe(404);
  expect((await put()).status).toBe(429);
  await sleep(Number(wait) * 1000);
  expect((await put()).status).toBe(200);
});

test("throttling: true has Azure's rates", async () => {
  const azure = await startAzure({ throttling: true });
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  const started = performance.now();

  const answers = await Promise.all(
    Array.from({ length: 280 }, () => request("PUT", path, { properties: { actions } })),
  );

  const passed = answers.filter(({ status }) => status === 200).length;
  const seconds = (performance.now() - started) / 1000;
  expect(passed).toBeGreaterThanOrEqual(200);
  expect(passed).toBeLessThanOrEqual(200 + Math.ceil(seconds * 10));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(280 - passed);
});

test("the polls of an operation are reads", async () => {
  const azure = await startAzure({ throttling: { reads: { burst: 2, perSecond: 0.01 } } });
  const request = await arm(azure);
  const put = await request("PUT", registryPath(azure, "/tokens/edge-1"), {
    properties: { scopeMapId: registryPath(azure, "/scopeMaps/_repositories_pull") },
  });
  const poll = () => request("GET", String(put.headers["azure-asyncoperation"]));

  expect([left(await poll(), "reads"), left(await poll(), "reads")]).toEqual([1, 0]);
  const refused = await poll();

  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "100"]);
});

test("each principal has its own burst in each subscription", async () => {
  const azure = await startAzure({
    access: { first: ["first", "second"], second: ["first"] },
    throttling: { reads: { burst: 1, perSecond: 0.01 } },
  });
  const { connection } = azure;
  const groups = (subscription: string) => `/subscriptions/${subscription}/resourceGroups`;
  const first = await arm(azure);
  const second = await arm(azure, connection.other);

  const statuses = [
    await first("GET", groups(connection.subscriptionId)),
    await second("GET", groups(connection.subscriptionId)),
    await first("GET", groups(connection.other.subscriptionId)),
    await first("GET", groups(connection.subscriptionId)),
  ].map(({ status }) => status);

  expect(statuses).toEqual([200, 200, 200, 429]);
});

test("Azure's client gets SubscriptionRequestsThrottled", async () => {
  const azure = await startAzure({ throttling: { writes: { burst: 2, perSecond: 1 } } });

  // Three writes: the scope map, the token and its passwords.
  await expect(makeToken(azure)).rejects.toMatchObject({
    statusCode: 429,
    code: "SubscriptionRequestsThrottled",
  });
});
