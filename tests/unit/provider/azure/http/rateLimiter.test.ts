import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withProgress } from "../../../../../components/provider/azure/http/progress";
import { RateLimiter } from "../../../../../components/provider/azure/http/rateLimiter";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";
import { type Outcome, sendOnce } from "../../../../support/retrying";

/** How long Azure takes for an answer, in ms. */
const roundTrip = 100;

type Method = "GET" | "POST" | "DELETE";

useFakeTime();

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => vi.restoreAllMocks());

/** An Azure behind a rate limiter, and when it received requests, in ms. */
class Azure {
  readonly sent: number[] = [];
  private readonly limiter = new RateLimiter();

  constructor(private readonly answer: (nth: number) => Outcome) {}

  async ask(method: Method = "POST", signal?: AbortSignal): Promise<number> {
    const next = async () => {
      this.sent.push(Date.now());
      const outcome = this.answer(this.sent.length);
      await new Promise((done) => setTimeout(done, roundTrip));
      return outcome;
    };
    return (await sendOnce(this.limiter, next, { method, signal })).status;
  }

  /** The numbers of requests sent together: at a moment, then after their responses, and so on. */
  perRound(start: number): number[] {
    const rounds: number[] = [];
    for (let at = start; ; at += roundTrip) {
      const count = this.sent.filter((sent) => sent === at).length;
      if (count === 0) {
        return rounds;
      }
      rounds.push(count);
    }
  }

  /** The times of the requests that were sent after a moment. */
  after(moment: number): number[] {
    return this.sent.filter((at) => at > moment);
  }
}

const tooMany = { status: 429, headers: { "retry-after": "5" } };
const left = (count: number) => ({
  status: 200,
  headers: { "x-ms-ratelimit-remaining-subscription-writes": String(count) },
});

test("a 429 pauses all requests, of every kind, until its Retry-After ends", async () => {
  const azure = new Azure((nth) => (nth === 1 ? tooMany : { status: 200 }));
  const first = azure.ask("POST");
  await vi.advanceTimersByTimeAsync(roundTrip);

  const others = (["GET", "POST", "DELETE"] as const).map((method) => azure.ask(method));
  expect(await inFakeTime(Promise.all([first, ...others]))).toEqual([200, 200, 200, 200]);

  expect(azure.after(0).length).toBe(4);
  expect(Math.min(...azure.after(0))).toBe(roundTrip + 5_000);
});

test("a clock that is set back during the pause does not lengthen the pause", async () => {
  const azure = new Azure((nth) => (nth === 1 ? tooMany : { status: 200 }));
  const started = performance.now();
  const first = azure.ask();
  await vi.advanceTimersByTimeAsync(roundTrip);

  vi.setSystemTime(new Date("1999-01-01T00:00:00Z"));

  expect(await inFakeTime(first)).toBe(200);
  expect(performance.now() - started).toBe(5_000 + 2 * roundTrip);
});

test("few requests run in parallel before the first response, and one more after each response", async () => {
  const azure = new Azure(() => ({ status: 200 }));

  await inFakeTime(Promise.all(Array.from({ length: 40 }, () => azure.ask())));

  expect(azure.perRound(0)).toEqual([4, 8, 16, 12]);
});

test("after a pause requests run one at a time, and then one more after each response", async () => {
  const azure = new Azure((nth) => (nth <= 3 ? tooMany : { status: 200 }));

  await inFakeTime(Promise.all(Array.from({ length: 20 }, () => azure.ask())));

  expect(azure.perRound(0)).toEqual([4]);
  expect(azure.perRound(roundTrip + 5_000)).toEqual([1, 2, 4, 8, 4]);
});

test("at most as many requests run in parallel as Azure reports as remaining", async () => {
  const counts = [3, 2, 1];
  const azure = new Azure((nth) => left(counts[nth - 1] ?? 9));
  await inFakeTime(azure.ask());

  await inFakeTime(Promise.all(Array.from({ length: 9 }, () => azure.ask())));

  expect(azure.perRound(roundTrip)).toEqual([3, 6]);
});

test("a late response does not change the number of remaining requests", async () => {
  const limiter = new RateLimiter();
  const sent: number[] = [];
  const ask = (takes: number, count: number) =>
    sendOnce(limiter, async () => {
      sent.push(Date.now());
      await new Promise((done) => setTimeout(done, takes));
      return left(count);
    });

  await inFakeTime(Promise.all([ask(200, 9), ask(100, 0)]));
  await inFakeTime(Promise.all([ask(10, 0), ask(10, 0)]));

  expect(sent).toEqual([0, 0, 250, 500]);
});

test("if no requests remain, one runs at a time, after a wait", async () => {
  const azure = new Azure(() => left(0));
  await inFakeTime(azure.ask());

  await inFakeTime(Promise.all(Array.from({ length: 3 }, () => azure.ask())));

  expect(azure.after(0)).toEqual([250, 500, 750]);
});

test("the remaining requests of one kind do not limit another kind", async () => {
  const azure = new Azure(() => left(0));
  await inFakeTime(azure.ask("POST"));

  await inFakeTime(Promise.all([azure.ask("GET"), azure.ask("GET"), azure.ask("DELETE")]));

  expect(azure.after(0)).toEqual([roundTrip, roundTrip, roundTrip]);
});

test("a request without a response delays the others by at most a second", async () => {
  const limiter = new RateLimiter();
  await inFakeTime(sendOnce(limiter, () => left(0)));
  const hanging = sendOnce(limiter, () => new Promise<never>(() => {})).catch(() => {});

  await inFakeTime(sendOnce(limiter, () => left(0)));

  expect(Date.now()).toBe(250 + 1_000);
  await inFakeTime(hanging);
});

test("each kind continues when its own pause ends, also during a longer pause of another kind", async () => {
  const limiter = new RateLimiter();
  const sent: [string, number][] = [];
  const ask = (method: Method, answers: boolean) =>
    sendOnce(
      limiter,
      () => {
        sent.push([method, Date.now()]);
        return answers ? left(0) : new Promise<never>(() => {});
      },
      { method },
    ).catch(() => {});
  await inFakeTime(ask("POST", true));
  const hanging = Array.from({ length: 5 }, () => ask("GET", false));

  await inFakeTime(ask("POST", true));

  expect(sent.filter(([method]) => method === "POST")).toEqual([
    ["POST", 0],
    ["POST", 250],
  ]);
  await inFakeTime(Promise.all(hanging));
});

test("a request that is throttled for too long fails with that reason, and its timeout has not passed", async () => {
  const azure = new Azure(() => ({ status: 429, headers: { "retry-after": "3600" } }));
  const first = azure.ask();
  await vi.advanceTimersByTimeAsync(roundTrip);
  const failing = expect(azure.ask()).rejects.toThrow(
    "accepts no more within 30 minutes: run pulumi up again later",
  );
  await failing;
  expect(await first).toBe(429);
  expect(Date.now()).toBe(roundTrip);
});

test("waiting requests fail as soon as Azure reports a pause that is too long", async () => {
  const answers = [tooMany, { status: 429, headers: { "retry-after": "3600" } }];
  const azure = new Azure((nth) => answers[nth - 1] ?? tooMany);
  const first = azure.ask();
  await vi.advanceTimersByTimeAsync(roundTrip + 1);
  const second = azure.ask().catch((error: Error) => error.message);

  expect(await inFakeTime(first)).toBe(429);

  expect(await second).toContain("accepts no more within 30 minutes");
  expect(Date.now()).toBe(5_000 + 2 * roundTrip);
});

test("cancel ends the wait of a throttled request at once, and later requests continue", async () => {
  const azure = new Azure((nth) => (nth === 1 ? tooMany : { status: 200 }));
  const first = azure.ask();
  await vi.advanceTimersByTimeAsync(roundTrip);
  const cancellation = new AbortController();
  const second = azure.ask("POST", cancellation.signal).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1_000);

  cancellation.abort();

  expect(await second).toContain("aborted");
  expect(Date.now()).toBe(1_000 + roundTrip);
  expect(await inFakeTime(first)).toBe(200);
  // The first request and its retry: the cancelled request is not sent.
  expect(azure.sent.length).toBe(2);
});

test("a policy pauses only its own requests", async () => {
  const one = new Azure((nth) => (nth === 1 ? tooMany : { status: 200 }));
  const other = new Azure(() => ({ status: 200 }));
  const held = one.ask();
  await vi.advanceTimersByTimeAsync(roundTrip);

  await inFakeTime(other.ask());

  expect(Date.now()).toBe(2 * roundTrip);
  await inFakeTime(held);
});

test("a request is sent at once if Azure says that one remains", async () => {
  const azure = new Azure(() => left(1));
  await inFakeTime(azure.ask());
  await inFakeTime(azure.ask());
  expect(azure.sent).toEqual([0, roundTrip]);
});

test("a response without a 429 ends the doubling of the waits", async () => {
  const statuses = [429, 429, 200, 429, 200];
  const azure = new Azure((nth) => ({ status: statuses[nth - 1] ?? 200 }));
  await inFakeTime(azure.ask());
  await inFakeTime(azure.ask());
  const waits = azure.sent.slice(1).map((at, index) => at - azure.sent[index] - roundTrip);
  expect(waits).toEqual([500, 1_000, 0, 500]);
});

test("a wait without a 429 is shown as such", async () => {
  const limiter = new RateLimiter();
  const messages: string[] = [];
  const noAnswer = () => sendOnce(limiter, () => new Promise<never>(() => {})).catch(() => {});
  await inFakeTime(sendOnce(limiter, () => left(0)));
  const hanging = [noAnswer(), noAnswer(), noAnswer()];
  const last = withProgress((message) => messages.push(message), noAnswer);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(messages).toEqual(["Azure throttles requests: waiting to send the next one (2 s)"]);
  await inFakeTime(Promise.all([...hanging, last]));
});
