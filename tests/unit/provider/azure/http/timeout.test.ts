import { expect, test } from "vitest";
import { RetryBudget } from "../../../../../components/provider/azure/http/retryBudget";
import { callTimeout, withTimeout } from "../../../../../components/provider/azure/http/timeout";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";

useFakeTime();

const never = () => new RetryBudget(new AbortController().signal).run(() => new Promise(() => {}));

test("a call without a custom timeout has its default", async () => {
  const timeout = await withTimeout(undefined, async () => callTimeout(120_000));
  expect(timeout).toEqual({ leftMs: 120_000, totalMs: 120_000 });
  expect(callTimeout(7)).toEqual({ leftMs: 7, totalMs: 7 });
});

test("all calls of an operation share its custom timeout", async () => {
  const lefts = await inFakeTime(
    withTimeout(600_000, async () => {
      const first = callTimeout(120_000).leftMs;
      await new Promise((done) => setTimeout(done, 400_000));
      const second = callTimeout(120_000).leftMs;
      await new Promise((done) => setTimeout(done, 400_000));
      return [first, second, callTimeout(120_000).leftMs];
    }),
  );
  expect(lefts).toEqual([600_000, 200_000, 0]);
});

test.each([5_000, 600_000])(
  "a call that is not answered fails after a custom timeout of %d ms",
  async (ms) => {
    await expect(inFakeTime(withTimeout(ms, never))).rejects.toThrow(
      `Azure has not answered within ${ms / 1000} s`,
    );
    expect(performance.now()).toBe(ms);
  },
);
