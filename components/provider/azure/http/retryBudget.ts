import { callTimeout } from "./timeout";

export interface RetryLimits {
  /** The delay before the first retry, if Azure names none. It doubles with each retry. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** For all requests of a call together. Time spent throttled does not count. */
  readonly timeoutMs: number;
  /** How long a call may be throttled: with thousands of rotations the last one waits for a quarter of an hour. */
  readonly maxThrottleMs: number;
}

export const defaultLimits: RetryLimits = {
  initialDelayMs: 500,
  maxDelayMs: 10_000,
  timeoutMs: 120_000,
  maxThrottleMs: 1_800_000,
};

/** The time that one call has for its requests and retries. */
export class RetryBudget {
  /** Aborts when the time is over or the user cancels. */
  readonly signal: AbortSignal;
  /** What the call does until its next retry, for the Status column. */
  private pending: { readonly reason: string; readonly at: number } | undefined;
  private readonly expiry = new AbortController();
  private readonly totalMs: number;
  /** In ms by the monotonic clock. */
  private end: number;
  private throttleLeftMs: number;
  private timer: NodeJS.Timeout | undefined;
  private pauses = 0;
  private pausedSince = 0;

  /** @param cancelled aborts when the user cancels */
  constructor(
    cancelled: AbortSignal,
    readonly limits: RetryLimits = defaultLimits,
  ) {
    const { leftMs, totalMs } = callTimeout(limits.timeoutMs);
    this.totalMs = totalMs;
    this.end = performance.now() + leftMs;
    this.throttleLeftMs = limits.maxThrottleMs;
    this.signal = AbortSignal.any([cancelled, this.expiry.signal]);
  }

  /**
   * Runs the work until the time is over or the user cancels, even if the work ignores {@link signal}.
   *
   * @throws Error that names the timeout
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let onAbort = () => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(this.signal.reason);
    });
    this.signal.addEventListener("abort", onAbort);
    this.startTimer();
    try {
      return await Promise.race([work(), aborted]);
    } catch (error) {
      const isOver = this.expiry.signal.aborted && this.signal.reason === this.expiry.signal.reason;
      throw isOver
        ? new Error(`Azure has not answered within ${this.totalMs / 1000} s: run pulumi up again later`)
        : error;
    } finally {
      clearTimeout(this.timer);
      // Node keeps a combined signal with a listener in memory until the signal aborts.
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  get leftMs(): number {
    return Math.max(0, this.end - performance.now());
  }

  /** The delay before a retry if Azure names none. */
  delayMs(retryCount: number): number {
    return backoffMs(retryCount, this.limits);
  }

  /** Whether the call may still be throttled for this long. */
  canWait(throttleMs: number): boolean {
    return throttleMs < this.throttleLeftMs;
  }

  /** Records that the call retries after a delay. */
  willRetry(reason: string, delayMs: number): void {
    this.pending = { reason, at: performance.now() + delayMs };
  }

  /** A message while the call waits for a retry; undefined while it waits for a response. */
  get retryMessage(): string | undefined {
    if (this.pending === undefined || this.pending.at <= performance.now()) {
      return undefined;
    }
    const seconds = (ms: number) => Math.ceil(ms / 1000);
    const next = seconds(this.pending.at - performance.now());
    return `waiting for ${this.pending.reason} (next try in ${next} s, for up to ${seconds(this.leftMs)} s more)`;
  }

  /**
   * Waits for the rate limiter, which does not count against the timeout.
   *
   * @param wait rejects when its signal aborts
   * @throws Error if the call is throttled for longer than the limit
   */
  async pauseWhile<T>(wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.pauses++ === 0) {
      clearTimeout(this.timer);
      this.pausedSince = performance.now();
    }
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(throttledTooLong(this.limits)), this.throttleLeftMs);
    try {
      return await wait(AbortSignal.any([this.signal, limit.signal]));
    } finally {
      clearTimeout(timer);
      if (--this.pauses === 0) {
        const pausedMs = performance.now() - this.pausedSince;
        this.throttleLeftMs -= pausedMs;
        this.end += pausedMs;
        this.startTimer();
      }
    }
  }

  private startTimer(): void {
    this.timer = setTimeout(() => this.expiry.abort(), this.leftMs).unref();
  }
}

/** Doubles with each retry. */
export function backoffMs(
  retryCount: number,
  { initialDelayMs, maxDelayMs }: Pick<RetryLimits, "initialDelayMs" | "maxDelayMs">,
): number {
  return Math.min(initialDelayMs * 2 ** retryCount, maxDelayMs);
}

export function throttledTooLong({ maxThrottleMs }: RetryLimits): Error {
  const minutes = maxThrottleMs / 60_000;
  return new Error(
    `Azure throttles the requests of this subscription and identity and accepts no more within ${minutes} minutes: run pulumi up again later`,
  );
}
