import { createHttpHeaders, RestError } from "@azure/core-rest-pipeline";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { retryAfterMs } from "../../../../../components/provider/azure/http/headers";
import { reportProgress, withProgress } from "../../../../../components/provider/azure/http/progress";
import { RateLimiter } from "../../../../../components/provider/azure/http/rateLimiter";
import { RetryBudget } from "../../../../../components/provider/azure/http/retryBudget";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";
import { type Outcome, sendOnce } from "../../../../support/retrying";

const signal = new AbortController().signal;

/** When each request was sent, in ms. */
let sent: number[];

/** The waits between them, in ms. */
const waits = () => sent.slice(1).map((time, index) => time - sent[index]);

useFakeTime();

beforeEach(() => {
  sent = [];
  // Each wait is as short as it may be.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => vi.restoreAllMocks());

function answer(
  status: number,
  { code = "Conflict", retryAfter }: { code?: string; retryAfter?: string } = {},
): Outcome {
  return {
    status,
    headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
    body: JSON.stringify({ error: { code } }),
  };
}

const lost = new RestError("lost", { code: "ECONNRESET" });

/** Sends a request that meets these outcomes, and then success; returns the status of the response. */
async function send(
  outcomes: Outcome[] | Outcome,
  abort = signal,
  url?: string,
  budget = new RetryBudget(abort),
): Promise<number> {
  const next = () => {
    sent.push(Date.now());
    return Array.isArray(outcomes) ? (outcomes.shift() ?? answer(200)) : outcomes;
  };
  const response = await inFakeTime(sendOnce(new RateLimiter(), next, { signal: abort, url, budget }));
  return response.status;
}

describe("a poll of a long-running operation", () => {
  const look = (form: string) =>
    `https://management.azure.com/subscriptions/s/registries/r/tokens/t/${form}/tokens-1?t=2`;

  test.each(["operationStatuses", "OperationResults"])(
    "that is answered with 404 is retried: %s",
    async (form) => {
      expect(await send([answer(404, { code: "ResourceNotFound" })], signal, look(form))).toBe(200);
      expect(waits()).toEqual([500]);
    },
  );

  test("that is always answered with 404 fails with Azure's response after a few tries", async () => {
    expect(await send(answer(404), signal, look("operationStatuses"))).toBe(404);
    expect(waits()).toEqual([500, 1_000, 2_000]);
  });
});

describe("a request", () => {
  test("that is answered with 404 is not retried", async () => {
    expect(await send(answer(404))).toBe(404);
    expect(waits()).toEqual([]);
  });

  test("that succeeds is sent once, without a wait", async () => {
    expect(await send([])).toBe(200);
    expect(waits()).toEqual([]);
  });

  test("is retried after a wait of twice the previous wait, at most ten seconds", async () => {
    expect(await send(Array.from({ length: 7 }, () => answer(409)))).toBe(200);
    expect(waits()).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("with a conflict that does not end fails with Azure's response after at most two minutes", async () => {
    expect(await send(answer(409))).toBe(409);
    expect(Date.now()).toBeLessThanOrEqual(120_000);
    expect(Date.now()).toBeGreaterThan(100_000);
  });

  test.each([
    "MissingSubscriptionRegistration",
    "ReadOnlyDisabledSubscription",
    "ResourceGroupBeingDeleted",
    "ScopeLocked",
  ])("with a conflict that needs an action, %s, is not retried", async (code) => {
    expect(await send(answer(409, { code }))).toBe(409);
    expect(waits()).toEqual([]);
  });

  test.each([408, 429, 500, 502, 503, 504])("answered with %d is retried", async (status) => {
    expect(await send([answer(status)])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test.each([400, 401, 403, 404, 412])("answered with %d is not retried", async (status) => {
    expect(await send([answer(status)])).toBe(status);
    expect(waits()).toEqual([]);
  });

  test("whose response is not JSON is retried", async () => {
    expect(await send([{ status: 409, body: "<html>" }])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test("whose connection was lost is retried", async () => {
    expect(await send([lost])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test("whose connection is always lost fails with that error", async () => {
    await expect(send(lost)).rejects.toBe(lost);
    expect(Date.now()).toBeGreaterThan(100_000);
  });

  test("that fails with another error is not retried", async () => {
    await expect(send(new Error("no sign-in"))).rejects.toThrow("no sign-in");
    expect(waits()).toEqual([]);
  });

  test("waits for the Retry-After, if there is one", async () => {
    expect(await send([answer(409, { retryAfter: "7" })])).toBe(200);
    expect(waits()).toEqual([7_000]);
  });

  test("fails with Azure's response at once if the Retry-After is longer than the remaining time", async () => {
    expect(await send([answer(409, { retryAfter: "600" })])).toBe(409);
    expect(waits()).toEqual([]);
  });

  test("waits up to a quarter longer than the Retry-After, and never less", async () => {
    vi.mocked(Math.random).mockReturnValue(0.999);
    await send([answer(409), answer(409, { retryAfter: "8" }), answer(429, { retryAfter: "8" })]);
    expect(waits().map((wait) => Math.round(wait / 10) * 10)).toEqual([620, 10_000, 10_000]);
  });

  test("that is throttled waits for the Retry-After, which does not count against the timeout", async () => {
    const outcomes = [...Array.from({ length: 20 }, () => answer(429, { retryAfter: "60" })), answer(409)];
    expect(await send(outcomes)).toBe(200);
    expect(waits().slice(0, 20)).toEqual(Array(20).fill(60_000));
  });

  test("that is throttled for half an hour fails with Azure's response", async () => {
    expect(await send(answer(429, { retryAfter: "60" }))).toBe(429);
    expect(Date.now()).toBeLessThanOrEqual(1_800_000);
    expect(Date.now()).toBeGreaterThan(1_700_000);
  });

  test("that is throttled fails with Azure's response at once if the Retry-After is longer than half an hour", async () => {
    expect(await send([answer(429, { retryAfter: "3600" })])).toBe(429);
    expect(waits()).toEqual([]);
  });

  test("that is throttled with a Retry-After of 0 waits as without a Retry-After", async () => {
    expect(await send(Array.from({ length: 3 }, () => answer(429, { retryAfter: "0" })))).toBe(200);
    expect(waits()).toEqual([500, 1_000, 2_000]);
  });

  test.each([409, 429])("answered with %d stops its wait when the user cancels", async (status) => {
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort(), 300);
    await expect(send([answer(status)], cancellation.signal)).rejects.toThrow("aborted");
    expect(Date.now()).toBe(300);
  });
});

describe("a Retry-After", () => {
  const waitOf = (value: string) => retryAfterMs({ headers: createHttpHeaders({ "retry-after": value }) });

  test.each([
    ["1", 1_000],
    ["86400", 86_400_000],
    ["Thu, 01 Jan 1970 00:00:01 GMT", 1_000],
    ["Fri, 02 Jan 1970 00:00:00 GMT", 86_400_000],
  ])("of %s is %d ms", (value, ms) => {
    expect(waitOf(value)).toBe(ms);
  });

  test.each([
    "",
    "soon",
    "0",
    "-1",
    "0.9",
    "86401",
    "Infinity",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 02 Jan 1970 00:00:01 GMT",
  ])("of %j counts as none", (value) => {
    expect(waitOf(value)).toBeUndefined();
  });

  test("that is a date counts from now", () => {
    vi.setSystemTime(10_000);
    expect(waitOf("Thu, 01 Jan 1970 00:00:12 GMT")).toBe(2_000);
    expect(waitOf("Thu, 01 Jan 1970 00:00:08 GMT")).toBeUndefined();
  });
});

describe("the message while a request waits", () => {
  const shownFor = async (outcome: Outcome, url?: string) => {
    const messages: string[] = [];
    const budget = new RetryBudget(signal);
    const outcomes = outcome instanceof Error ? outcome : [outcome];
    await withProgress(
      (message) => messages.push(message),
      () =>
        reportProgress(
          () => budget.retryMessage ?? "waiting",
          () => send(outcomes, signal, url, budget).catch(() => undefined),
        ),
    );
    return messages.filter((message) => message !== "waiting");
  };
  const poll = "https://management.azure.com/registries/r/operationStatuses/1";

  test.each<[string, Outcome, RegExp, string?]>([
    ["a conflict", answer(409, { retryAfter: "4" }), /^waiting for another operation on the token to end/],
    ["trouble", answer(503, { retryAfter: "4" }), /^waiting for Azure to recover from status 503/],
    [
      "an operation that is not found",
      answer(404, { retryAfter: "4" }),
      /^waiting for Azure to find the operation that it has accepted/,
      poll,
    ],
  ])("after %s", async (_what, outcome, words, to) => {
    const messages = await shownFor(outcome, to);
    expect(messages).toEqual([
      expect.stringMatching(new RegExp(`${words.source} \\(next try in 2 s, for up to 118 s more\\)$`)),
      expect.stringMatching(new RegExp(`${words.source} \\(next try in 1 s, for up to 117 s more\\)$`)),
      "",
    ]);
  });

  test("after a lost connection", async () => {
    expect((await shownFor(lost))[0]).toMatch(
      /^waiting for a connection to Azure \(next try in \d s, for up to 11\d s more\)$/,
    );
  });

  test("after a 429", async () => {
    expect(await shownFor(answer(429, { retryAfter: "4" }))).toEqual([
      "Azure throttles requests: waiting 2 s",
      "Azure throttles requests: waiting 1 s",
      "",
    ]);
  });
});

test("all requests of a call share its timeout", async () => {
  const budget = new RetryBudget(signal);
  expect(await send(answer(500), signal, undefined, budget)).toBe(500);
  expect(await send(answer(503), signal, undefined, budget)).toBe(503);
  expect(Date.now()).toBeLessThanOrEqual(120_000);
});

test("work that ignores its signal fails when the timeout is over", async () => {
  await expect(inFakeTime(new RetryBudget(signal).run(() => new Promise(() => {})))).rejects.toThrow(
    "Azure has not answered within 120 s",
  );
  expect(Date.now()).toBe(120_000);
});

test("nothing is begun after the user has cancelled", async () => {
  const work = vi.fn();
  await expect(new RetryBudget(AbortSignal.abort()).run(work)).rejects.toThrow("aborted");
  expect(work).not.toHaveBeenCalled();
});
