import { vi } from "vitest";

/** What a test puts in the place of `node:timers/promises`, so that its waits pass in fake time too. */
export const fakeTimersPromises = {
  setTimeout: <T>(ms: number, value: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = setTimeout(() => resolve(value), ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

/** Lets time pass, from one timer to the next, until a promise has settled. */
export async function inFakeTime<T>(promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  while (!isOver) {
    await vi.advanceTimersToNextTimerAsync();
  }
  return promise;
}
