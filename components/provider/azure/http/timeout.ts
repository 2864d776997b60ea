import { AsyncLocalStorage } from "node:async_hooks";

/** How much time a call has. */
interface CallTimeout {
  /** From now on. */
  readonly leftMs: number;
  /** From the beginning of the operation, or of the call if only the call has a timeout. */
  readonly totalMs: number;
}

const timeouts = new AsyncLocalStorage<(() => CallTimeout) | undefined>();

/**
 * Runs the work of one operation of the engine: all its calls together have this time.
 *
 * @param totalMs the operation's `customTimeouts`; without it each call has its default
 */
export function withTimeout<T>(totalMs: number | undefined, work: () => Promise<T>): Promise<T> {
  const end = performance.now() + (totalMs ?? 0);
  const left = (total: number) => ({ leftMs: Math.max(0, end - performance.now()), totalMs: total });
  return timeouts.run(totalMs === undefined ? undefined : () => left(totalMs), work);
}

/** The time of a call that begins now. */
export function callTimeout(defaultMs: number): CallTimeout {
  return timeouts.getStore()?.() ?? { leftMs: defaultMs, totalMs: defaultMs };
}
