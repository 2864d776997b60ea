import { setTimeout as delay } from "node:timers/promises";
import { abortable } from "./abortable";
import { isLostConnection, isPassing, retryAfterOf, statusOf } from "./errors";

/** In ms: for how long to try in all, and the first and the longest wait between two tries where Azure does not say. */
const defaults = { total: 120_000, first: 500, longest: 10_000 };

/**
 * Tries again what will pass by itself: another operation on the same thing is under way (409), too many requests (429),
 * trouble on Azure's side (408, 5xx), a lost connection. Honours Retry-After, within a limit that holds for all tries
 * together, also for one that is never answered.
 *
 * @param work one try, which gives up when its signal aborts
 * @param signal ends the tries and the waits
 * @param limits a test hurries them
 */
export async function outlast<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  limits: typeof defaults = defaults,
): Promise<T> {
  const started = Date.now();
  const deadline = AbortSignal.timeout(limits.total);
  const either = AbortSignal.any([signal, deadline]);
  for (let patience = limits.first; ; patience = Math.min(2 * patience, limits.longest)) {
    let wait: number;
    try {
      return await abortable(() => work(either), either);
    } catch (error) {
      if (deadline.aborted && !signal.aborted) {
        throw new Error(`Azure has not answered within ${limits.total / 1000} s: run pulumi up again later`);
      }
      wait = retryAfterOf(error) ?? patience;
      if (!passes(error) || Date.now() - started + wait > limits.total) {
        throw error;
      }
    }
    await delay(wait, undefined, { signal });
  }
}

function passes(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined ? isLostConnection(error) : status === 409 || isPassing(status);
}
