import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { outlast } from "../../../../components/provider/azure/outlast";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));

const signal = new AbortController().signal;
const conflict = () => Object.assign(new Error("another operation is under way"), { statusCode: 409 });

/** The waits so far, in ms. */
let waits: number[];

beforeEach(() => {
  waits = [];
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
  // A wait takes no time here, and all the time of the clock.
  vi.mocked(delay).mockImplementation(async (ms) => {
    waits.push(ms ?? 0);
    vi.setSystemTime(Date.now() + (ms ?? 0));
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Work that meets a number of conflicts before it succeeds. */
function after(conflicts: number): () => Promise<string> {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= conflicts) {
      throw conflict();
    }
    return `done at try ${tries}`;
  };
}

test("work that meets no conflict is done once, without a wait", async () => {
  expect(await outlast(after(0), signal)).toBe("done at try 1");
  expect(waits).toEqual([]);
});

test("each wait is twice the one before, up to ten seconds", async () => {
  expect(await outlast(after(7), signal)).toBe("done at try 8");
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test("a conflict that does not end is Azure's error after two minutes at most", async () => {
  await expect(outlast(after(Number.POSITIVE_INFINITY), signal)).rejects.toThrow(
    "another operation is under way",
  );
  expect(Date.now()).toBeLessThanOrEqual(120_000);
  expect(Date.now()).toBeGreaterThan(100_000);
});

test("too many requests are waited out too, which the SDK does only with Retry-After", async () => {
  const throttled = Object.assign(new Error("too many requests"), { statusCode: 429 });
  const work = vi.fn().mockRejectedValueOnce(throttled).mockResolvedValue("done");
  expect(await outlast(work, signal)).toBe("done");
  expect(waits).toEqual([500]);
});

test("a wait is as long as Azure says, where it says", async () => {
  const headers = new Map([["retry-after", "7"]]);
  const busy = Object.assign(conflict(), { response: { headers } });
  const work = vi.fn().mockRejectedValueOnce(busy).mockResolvedValue("done");
  await outlast(work, signal);
  expect(waits).toEqual([7_000]);
});

test.each([
  ["an error on Azure's side", { statusCode: 503 }],
  ["a lost connection", { code: "ECONNRESET" }],
])("%s is tried again", async (_what, properties) => {
  const work = vi
    .fn()
    .mockRejectedValueOnce(Object.assign(new Error("trouble"), properties))
    .mockResolvedValue("done");
  expect(await outlast(work, signal)).toBe("done");
  expect(waits).toEqual([500]);
});

test("a wait that Azure asks for and that is longer than the limit is Azure's error at once", async () => {
  const headers = new Map([["retry-after", "600"]]);
  const throttled = Object.assign(new Error("come back later"), { statusCode: 429, response: { headers } });
  await expect(outlast(() => Promise.reject(throttled), signal)).rejects.toThrow("come back later");
  expect(waits).toEqual([]);
});

test("what is never answered is an error when the limit is reached, also if the work does not listen", async () => {
  const limits = { total: 50, first: 1, longest: 1 };
  await expect(outlast(() => new Promise(() => {}), signal, limits)).rejects.toThrow(
    "Azure has not answered within 0.05 s",
  );
});

test("nothing is begun after the user has cancelled", async () => {
  const work = vi.fn();
  await expect(outlast(work, AbortSignal.abort())).rejects.toThrow("aborted");
  expect(work).not.toHaveBeenCalled();
});

test("any other error is passed on at once", async () => {
  const error = Object.assign(new Error("forbidden"), { statusCode: 403 });
  await expect(outlast(() => Promise.reject(error), signal)).rejects.toBe(error);
  expect(waits).toEqual([]);
});

test("a wait ends when the user cancels", async () => {
  const real = await vi.importActual<typeof import("node:timers/promises")>("node:timers/promises");
  vi.mocked(delay).mockImplementation(real.setTimeout);
  const cancellation = new AbortController();
  const outcome = expect(outlast(after(1), cancellation.signal)).rejects.toThrow("aborted");
  setImmediate(() => cancellation.abort());
  await outcome;
});
