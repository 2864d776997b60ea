import { afterEach, beforeEach, vi } from "vitest";

/** What a test puts in the place of `node:timers/promises`, so that its waits pass in fake time too. */
export const fakeTimersPromises = {
  setTimeout: <T>(ms: number, value: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve(value);
      }, ms);
      signal?.addEventListener("abort", abort);
    }),
};

/** Has every test of a file begin in fake time, at 0 ms. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"], now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** How many timers may run before the work counts as endless. */
const mostTimers = 20_000;

/** Lets time pass, from one timer to the next, until a promise has settled. */
export async function inFakeTime<T>(promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  for (let timers = 0; !isOver; timers++) {
    if (timers > mostTimers) {
      throw new Error(`it has not ended after ${mostTimers} timers`);
    }
    await vi.advanceTimersToNextTimerAsync();
  }
  return promise;
}
