import { setTimeout as delay } from "node:timers/promises";
import { statusOf } from "./errors";

/** For how long a conflict is waited out, and how long the first wait and the longest are, in ms. */
const limits = { total: 120_000, first: 500, longest: 10_000 };

/**
 * Tries again while Azure answers that another operation on the same thing is under way. The SDK itself tries again
 * after 408, 429, 5xx and lost connections, honouring Retry-After, but not after 409.
 */
export async function outlastConflicts<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const started = Date.now();
  for (let wait = limits.first; ; wait = Math.min(2 * wait, limits.longest)) {
    try {
      return await work();
    } catch (error) {
      if (statusOf(error) !== 409 || Date.now() - started + wait > limits.total) {
        throw error;
      }
    }
    await delay(wait, undefined, { signal });
  }
}
