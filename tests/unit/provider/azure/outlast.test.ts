import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withProgress } from "../../../../components/provider/azure/http/progress";
import { outlast, outlastingPolicy } from "../../../../components/provider/azure/outlast";
import { inFakeTime } from "../../../support/fakeTime";

vi.mock(
  "node:timers/promises",
  async () => (await import("../../../support/fakeTime.js")).fakeTimersPromises,
);

const signal = new AbortController().signal;

/** When each request was sent, in ms. */
let sent: number[];

/** The waits between them, in ms. */
const waits = () => sent.slice(1).map((time, index) => time - sent[index]);

beforeEach(() => {
  sent = [];
  vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"], now: 0 });
  // Each wait is as short as it may be.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const request = createPipelineRequest({ url: "https://management.azure.com/" });

function answer(
  status: number,
  { code = "Conflict", retryAfter }: { code?: string; retryAfter?: string } = {},
) {
  return {
    request,
    status,
    headers: createHttpHeaders(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    bodyAsText: JSON.stringify({ error: { code } }),
  };
}

type Outcome = ReturnType<typeof answer> | Error;

/** Sends a request that meets these outcomes, and then success; tells the status of what comes of it. */
function send(outcomes: Outcome[] | Outcome, abort = signal, to = request): Promise<number> {
  const policy = outlastingPolicy();
  const next = vi.fn(async () => {
    sent.push(Date.now());
    const outcome = Array.isArray(outcomes) ? (outcomes.shift() ?? answer(200)) : outcomes;
    if (outcome instanceof Error) {
      throw outcome;
    }
    return outcome;
  });
  return inFakeTime(outlast(async () => (await policy.sendRequest(to, next)).status, abort));
}

describe("a look at a long-running operation", () => {
  const look = (form: string) =>
    createPipelineRequest({
      url: `https://management.azure.com/subscriptions/s/registries/r/tokens/t/${form}/tokens-1?t=2`,
    });

  test.each(["operationStatuses", "OperationResults"])("that finds none is tried again: %s", async (form) => {
    expect(await send([answer(404, { code: "ResourceNotFound" })], signal, look(form))).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test("that never finds one is Azure's answer after a few tries", async () => {
    expect(await send(answer(404), signal, look("operationStatuses"))).toBe(404);
    expect(waits()).toEqual([500, 1_000, 2_000]);
  });
});

describe("a request", () => {
  test("for what is not there is none to be tried again", async () => {
    expect(await send(answer(404))).toBe(404);
    expect(waits()).toEqual([]);
  });

  test("that goes well is sent once, without a wait", async () => {
    expect(await send([])).toBe(200);
    expect(waits()).toEqual([]);
  });

  test("is sent again after a wait that is twice the one before, up to ten seconds", async () => {
    expect(await send(Array.from({ length: 7 }, () => answer(409)))).toBe(200);
    expect(waits()).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("with a conflict that does not end is Azure's answer after two minutes at most", async () => {
    expect(await send(answer(409))).toBe(409);
    expect(Date.now()).toBeLessThanOrEqual(120_000);
    expect(Date.now()).toBeGreaterThan(100_000);
  });

  test.each([
    "MissingSubscriptionRegistration",
    "ReadOnlyDisabledSubscription",
    "ResourceGroupBeingDeleted",
    "ScopeLocked",
  ])("with a conflict that somebody has to end, %s, is Azure's answer at once", async (code) => {
    expect(await send(answer(409, { code }))).toBe(409);
    expect(waits()).toEqual([]);
  });

  test.each([408, 429, 500, 502, 503, 504])("answered with %d is sent again", async (status) => {
    expect(await send([answer(status)])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test.each([400, 401, 403, 404, 412])("answered with %d is not", async (status) => {
    expect(await send([answer(status)])).toBe(status);
    expect(waits()).toEqual([]);
  });

  test("whose answer is no JSON is one that may be sent again", async () => {
    expect(await send([{ ...answer(409), bodyAsText: "<html>" }])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test("whose connection was lost is sent again", async () => {
    const lost = Object.assign(new Error("lost"), { code: "ECONNRESET" });
    expect(await send([lost])).toBe(200);
    expect(waits()).toEqual([500]);
  });

  test("whose connection is lost for good is that error", async () => {
    const lost = Object.assign(new Error("lost"), { code: "ECONNRESET" });
    await expect(send(lost)).rejects.toBe(lost);
    expect(Date.now()).toBeGreaterThan(100_000);
  });

  test("that fails in another way is that error at once", async () => {
    await expect(send(new Error("no sign-in"))).rejects.toThrow("no sign-in");
    expect(waits()).toEqual([]);
  });

  test("waits as long as Azure says, where it says", async () => {
    expect(await send([answer(409, { retryAfter: "7" })])).toBe(200);
    expect(waits()).toEqual([7_000]);
  });

  test("is Azure's answer at once where Azure wants a longer wait than there is", async () => {
    expect(await send([answer(409, { retryAfter: "600" })])).toBe(409);
    expect(waits()).toEqual([]);
  });

  test("waits up to a quarter longer, but never less than Azure says", async () => {
    vi.mocked(Math.random).mockReturnValue(0.999);
    await send([answer(409), answer(409, { retryAfter: "8" }), answer(429, { retryAfter: "8" })]);
    expect(waits().map((wait) => Math.round(wait / 10) * 10)).toEqual([620, 10_000, 10_000]);
  });

  test("that was too many waits as long as Azure says, which does not count", async () => {
    const outcomes = [...Array.from({ length: 20 }, () => answer(429, { retryAfter: "60" })), answer(409)];
    expect(await send(outcomes)).toBe(200);
    expect(waits().slice(0, 20)).toEqual(Array(20).fill(60_000));
  });

  test("that is too many for half an hour is Azure's answer", async () => {
    expect(await send(answer(429, { retryAfter: "60" }))).toBe(429);
    expect(Date.now()).toBeLessThanOrEqual(1_800_000);
    expect(Date.now()).toBeGreaterThan(1_700_000);
  });

  test("that was too many is Azure's answer at once where it is to wait for longer than that", async () => {
    expect(await send([answer(429, { retryAfter: "3600" })])).toBe(429);
    expect(waits()).toEqual([]);
  });

  test("that was too many, with a Retry-After of 0, waits as it does without", async () => {
    expect(await send(Array.from({ length: 3 }, () => answer(429, { retryAfter: "0" })))).toBe(200);
    expect(waits()).toEqual([500, 1_000, 2_000]);
  });

  test.each([409, 429])("answered with %d gives up its wait when the user cancels", async (status) => {
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort(), 300);
    await expect(send([answer(status)], cancellation.signal)).rejects.toThrow("aborted");
    expect(Date.now()).toBe(300);
  });
});

describe("a Retry-After", () => {
  const kept = async (retryAfter: string) => {
    const got = answer(200, { retryAfter });
    await outlast(() => outlastingPolicy().sendRequest(request, async () => got), signal);
    return got.headers.get("retry-after");
  };

  test.each(["1", "86400", "Thu, 01 Jan 1970 00:00:01 GMT", "Fri, 02 Jan 1970 00:00:00 GMT", "soon"])(
    "of %s is left to the SDK",
    async (retryAfter) => {
      expect(await kept(retryAfter)).toBe(retryAfter);
    },
  );

  test.each([
    "0",
    "-1",
    "0.9",
    "86401",
    "Infinity",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 02 Jan 1970 00:00:01 GMT",
  ])("of %s cannot be meant, and is taken away", async (retryAfter) => {
    expect(await kept(retryAfter)).toBeUndefined();
  });

  test("that is a date counts from now", async () => {
    vi.setSystemTime(10_000);
    expect(await kept("Thu, 01 Jan 1970 00:00:12 GMT")).toBeDefined();
    expect(await kept("Thu, 01 Jan 1970 00:00:08 GMT")).toBeUndefined();
  });
});

describe("what is shown while a request waits", () => {
  const shownFor = async (outcome: Outcome, to = request) => {
    const messages: string[] = [];
    await withProgress(
      (message) => messages.push(message),
      () => send(outcome instanceof Error ? outcome : [outcome], signal, to).catch(() => undefined),
    );
    return messages;
  };
  const look = createPipelineRequest({
    url: "https://management.azure.com/registries/r/operationStatuses/1",
  });

  test.each<[string, Outcome, RegExp, typeof request]>([
    [
      "a conflict",
      answer(409, { retryAfter: "4" }),
      /^waiting for another operation on the token to end/,
      request,
    ],
    [
      "trouble",
      answer(503, { retryAfter: "4" }),
      /^waiting for the end of trouble at Azure, which answered 503/,
      request,
    ],
    [
      "an operation that is not found",
      answer(404, { retryAfter: "4" }),
      /^waiting for Azure to find the operation that it has accepted/,
      look,
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
    const lost = Object.assign(new Error("lost"), { code: "ECONNRESET" });
    expect((await shownFor(lost))[0]).toMatch(
      /^waiting for a connection to Azure \(next try in \d s, for up to 11\d s more\)$/,
    );
  });

  test("after one that was too many", async () => {
    expect(await shownFor(answer(429, { retryAfter: "4" }))).toEqual([
      "Azure wants fewer requests: waiting 2 s",
      "Azure wants fewer requests: waiting 1 s",
      "",
    ]);
  });
});

test("two requests of one piece of work share its time", async () => {
  const policy = outlastingPolicy();
  const until = (status: number) => policy.sendRequest(request, async () => answer(status));
  const work = async () => [(await until(500)).status, (await until(503)).status];
  expect(await inFakeTime(outlast(work, signal))).toEqual([500, 503]);
  expect(Date.now()).toBeLessThanOrEqual(120_000);
});

test("a request outside of any such work is sent once", async () => {
  const next = vi.fn(async () => answer(500));
  expect((await outlastingPolicy().sendRequest(request, next)).status).toBe(500);
  expect(next).toHaveBeenCalledTimes(1);
});

test("what is never answered is an error when the limit is reached, also if the work does not listen", async () => {
  await expect(inFakeTime(outlast(() => new Promise(() => {}), signal))).rejects.toThrow(
    "Azure has not answered within 120 s",
  );
  expect(Date.now()).toBe(120_000);
});

test("nothing is begun after the user has cancelled", async () => {
  const work = vi.fn();
  await expect(outlast(work, AbortSignal.abort())).rejects.toThrow("aborted");
  expect(work).not.toHaveBeenCalled();
});
