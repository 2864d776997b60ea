import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { RetryBudget } from "../../../../../components/provider/azure/http/retryBudget";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";

useFakeTime();

/** Waits until the signal aborts, and fails with its reason. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("a call that is throttled for half an hour fails", async () => {
  const budget = new RetryBudget(new AbortController().signal);
  await expect(inFakeTime(budget.run(() => budget.pauseWhile(untilAborted)))).rejects.toThrow(
    "accepts no more within 30 minutes: run pulumi up again later",
  );
  expect(Date.now()).toBe(1_800_000);
});

test("a throttled call ends when the user cancels", async () => {
  const cancellation = new AbortController();
  const budget = new RetryBudget(cancellation.signal);
  const outcome = expect(budget.pauseWhile(untilAborted)).rejects.toThrow("cancelled by the user");
  cancellation.abort(new Error("cancelled by the user"));
  await outcome;
});

test("the message about a retry ends when the request is sent again", () => {
  const budget = new RetryBudget(new AbortController().signal);
  expect(budget.retryMessage).toBeUndefined();
  budget.willRetry("a connection to Azure", 3_000);
  expect(budget.retryMessage).toBe(
    "waiting for a connection to Azure (next try in 3 s, for up to 120 s more)",
  );
  vi.advanceTimersByTime(3_000);
  expect(budget.retryMessage).toBeUndefined();
});

test("a call that has ended leaves no listener: Node keeps a combined signal with one until it aborts", async () => {
  const budget = new RetryBudget(new AbortController().signal);
  await budget.run(async () => undefined);
  expect(getEventListeners(budget.signal, "abort")).toEqual([]);
});
