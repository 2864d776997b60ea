/** A fleet under Azure's limits: nothing fails, nothing is sent during a pause, and little time is lost. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RecordedRequest } from "local-azure";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AzureClient } from "../support/azureClient.js";
import { ClientTimes } from "../support/clientTimes.js";
import { repetitions } from "../support/size.js";
import { type CredentialsResource, TestEnvironment } from "../support/testEnvironment.js";

/** At full size 300 tokens under Azure's own limits, or as many as FLEET says. Otherwise a smaller fleet. */
const full = repetitions("FLEET", { few: 0, full: 300 });
const size = full > 0 ? full : 50;
const limits = { burst: full > 0 ? 200 : 20, perSecond: 10 };
/** In seconds: the least time for so many writes, and the time until the burst is available again. */
const atBest = (size - limits.burst) / limits.perSecond;
const refill = limits.burst / limits.perSecond;
/** The allowed multiple of that time. The few seconds of a small fleet are longer on a busy machine. */
const allowed = full > 0 ? 1.3 : 3;

const times = new ClientTimes();
let environment: TestEnvironment;
/** Another service principal, whose writes are counted by themselves. */
let other: AzureClient;

beforeAll(async () => {
  const { NODE_OPTIONS, ...env } = times.environment(process.env.NODE_OPTIONS);
  // The environment adds its own.
  vi.stubEnv("NODE_OPTIONS", NODE_OPTIONS);
  environment = await TestEnvironment.start(
    {
      access: { first: ["first"], second: ["first"] },
      throttling: { writes: limits },
      latencyMs: Number(process.env.FLEET_LATENCY ?? 0),
    },
    { env },
  );
  vi.unstubAllEnvs();
  other = new AzureClient({ ...environment.azure.connection, ...environment.azure.connection.other });
});

afterAll(async () => {
  other?.close();
  await environment?.close();
  times.close();
});

/** Creates a token as the other principal, with retries until the limits allow it. */
async function newToken(name: string): Promise<string> {
  const id = `${environment.registryId()}/tokens/${name}`;
  const properties = { scopeMapId: environment.scopeMapId("_repositories_pull") };
  for (;;) {
    const error = await other.arm("PUT", id, { properties }).catch((thrown: Error) => thrown);
    if (!(error instanceof Error)) {
      return id;
    }
    expect(error.message).toContain(" 429 ");
    await sleep(200);
  }
}

/** Waits until a request was refused, and the provider has had time to read the answer. */
async function refusedSince(count: number): Promise<RecordedRequest> {
  const refusals = () => environment.azure.requests.slice(count).filter(({ status }) => status === 429);
  await expect.poll(() => refusals().length, { timeout: 30_000 }).toBeGreaterThan(0);
  await sleep(500);
  return refusals()[0];
}

/** The provider's requests to the resource manager during some work, and the time from the first to the last response. */
async function asked(work: () => Promise<unknown>) {
  const all = await environment.requestsOf(work);
  const { clientId } = environment.azure.connection;
  const requests = all.filter(
    (request) => request.host === "resourceManager" && request.clientId === clientId,
  );
  const first = Math.min(...requests.map(({ receivedAtMs }) => receivedAtMs));
  const last = Math.max(...requests.map(({ answeredAtMs }) => answeredAtMs));
  return { requests, seconds: (last - first) / 1000 };
}

test("rotates in little more than the time that the limits allow", {
  timeout: full > 0 ? 600_000 : 120_000,
}, async () => {
  // Another client uses up this identity's limit.
  const refused = { kind: "answer", status: 429, retryAfterSeconds: 2, path: /generateCredentials/ } as const;
  environment.azure.faults.add({ ...refused, times: 2 });
  const fleet: { tokenId: string; resource: CredentialsResource }[] = [];
  const creating: Promise<unknown>[] = [];
  for (let count = 0; count < size; count++) {
    const tokenId = await newToken(`fleet-${count}`);
    const resource = environment.credentials(`fleet-${count}`);
    fleet.push({ tokenId, resource });
    creating.push(resource.up({ tokenId, generation: "one" }));
  }
  await Promise.all(creating);
  const before = fleet.map(({ resource }) => resource.exported);
  await sleep(1000 * refill);
  const creation = times.manners();
  // As in a new run: the plugin knows nothing of Azure's limits yet.
  await environment.restart();
  times.forget();

  const rotation = await asked(() =>
    Promise.all(fleet.map(({ tokenId, resource }) => resource.up({ tokenId, generation: "two" }))),
  );

  const { sent, early, refusals } = times.manners();
  console.log(
    `${size} tokens in ${(rotation.seconds / atBest).toFixed(2)} of the time, ${refusals} times 429`,
  );
  expect(rotation.seconds).toBeLessThan(allowed * atBest);
  expect(creation.refusals).toBeGreaterThanOrEqual(2);
  expect(sent).toBeGreaterThanOrEqual(size);
  expect([...creation.early, ...early]).toEqual([]);
  const made = rotation.requests.filter(({ method, status }) => method === "POST" && status !== 429);
  expect(made).toHaveLength(size);
  for (const [index, { resource }] of fleet.entries()) {
    const { username, password } = resource.exported;
    expect(password).not.toBe(before[index].password);
    expect(await environment.canLogIn(username, password)).toBe(true);
    expect(await environment.canLogIn(username, before[index].password)).toBe(true);
  }
});

test("a 429 pauses all other requests, reads too, and nothing fails", async () => {
  const [one, two] = [await newToken("held-1"), await newToken("held-2")];
  const resources = [environment.credentials("held-1"), environment.credentials("held-2")];
  await resources[0].up({ tokenId: one, generation: "one" });
  await resources[1].up({ tokenId: two, generation: "one" });
  environment.azure.faults.add({
    kind: "answer",
    status: 429,
    code: "SubscriptionRequestsThrottled",
    retryAfterSeconds: 3,
    path: /generateCredentials/,
  });

  const { requests } = await asked(async () => {
    const before = environment.azure.requests.length;
    const rotating = resources[0].up({ tokenId: one, generation: "two" });
    await refusedSince(before);
    await Promise.all([
      rotating,
      resources[1].up({ tokenId: two, generation: "two" }),
      resources[1].refresh(),
    ]);
  });

  const [refusal, ...others] = requests;
  expect(refusal.status).toBe(429);
  expect(others.filter(({ method }) => method === "POST")).toHaveLength(2);
  expect(others.filter(({ method }) => method === "GET").length).toBeGreaterThanOrEqual(2);
  // No request was running at that time.
  expect(Math.min(...others.map(({ receivedAtMs }) => receivedAtMs))).toBeGreaterThanOrEqual(
    refusal.answeredAtMs + 3000,
  );
});

test("a 429 pauses only the requests of its identity and subscription", async () => {
  const [one, two] = [await newToken("apart-1"), await newToken("apart-2")];
  const { clientId, clientSecret } = environment.azure.connection.other;
  const azure = { clientId, clientSecret, tenantId: environment.azure.connection.tenantId };
  const resources = [environment.credentials("apart-1"), environment.credentials("apart-2")];
  await resources[1].up({ tokenId: two, generation: "one", azure });
  environment.azure.faults.add({
    kind: "answer",
    status: 429,
    retryAfterSeconds: 6,
    path: /generateCredentials/,
  });

  const before = environment.azure.requests.length;
  const holding = resources[0].up({ tokenId: one, generation: "one" });
  const refusal = await refusedSince(before);
  const { requests } = await asked(() => resources[1].up({ tokenId: two, generation: "two", azure }));

  expect(requests).toEqual([]);
  const ofOther = environment.azure.requests.slice(before).filter(({ clientId: id }) => id === clientId);
  const [rotation] = ofOther.filter(({ method }) => method === "POST");
  expect(rotation.answeredAtMs).toBeLessThan(refusal.answeredAtMs + 6000);
  await holding;
});
