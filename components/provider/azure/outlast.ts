import { setTimeout as delay } from "node:timers/promises";
import { retryAfterOf, statusOf } from "./errors";

/** For how long to try, and how long the first wait and the longest are, in ms, where Azure does not say. */
const limits = { total: 120_000, first: 500, longest: 10_000 };

/**
 * Tries again while Azure answers 409, another operation on the same thing is under way, or 429, too many requests,
 * honouring Retry-After. The SDK itself does so after 408, 5xx and lost connections, and after 429 with Retry-After.
 */
export async function outlast<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const started = Date.now();
  for (let patience = limits.first; ; patience = Math.min(2 * patience, limits.longest)) {
    let wait: number;
    try {
      return await work();
    } catch (error) {
      wait = retryAfterOf(error) ?? patience;
      const isBusy = [409, 429].includes(statusOf(error) ?? 0);
      if (!isBusy || Date.now() - started + wait > limits.total) {
        throw error;
      }
    }
    await delay(wait, undefined, { signal });
  }
}
