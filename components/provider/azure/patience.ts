/** In ms. */
export interface Limits {
  /** For how long to try in all. */
  readonly total: number;
  /** The first and the longest wait between two tries, where Azure does not say. */
  readonly first: number;
  readonly longest: number;
  /** For how long to be held back in all, which the total does not count. */
  readonly held: number;
}

/** Being held back is nothing of the call's own: thousands of rotations take turns for a quarter of an hour. */
export const defaults: Limits = { total: 120_000, first: 500, longest: 10_000, held: 1_800_000 };

/** How long one piece of work may go on trying. Its time stands still while it is held back. */
export class Patience {
  /** Aborts when the time is over, or whoever wants the work has cancelled. */
  readonly signal: AbortSignal;
  private readonly expiry = new AbortController();
  /** In ms, by the monotonic clock. */
  private end: number;
  private heldLeft: number;
  private timer: NodeJS.Timeout | undefined;
  private holds = 0;
  private heldSince = 0;

  /** @param cancelled the user's wish to end it */
  constructor(
    readonly limits: Limits,
    cancelled: AbortSignal,
  ) {
    this.end = performance.now() + limits.total;
    this.heldLeft = limits.held;
    this.signal = AbortSignal.any([cancelled, this.expiry.signal]);
    this.run();
  }

  /** Whether the time is over. */
  get isOver(): boolean {
    return this.expiry.signal.aborted;
  }

  /** What is left of the time, in ms. */
  get left(): number {
    return Math.max(0, this.end - performance.now());
  }

  /** Whether it may still be held back for so long, in ms. */
  bears(hold: number): boolean {
    return hold < this.heldLeft;
  }

  /**
   * Waits while the time stands still.
   *
   * @param wait gives up when its signal aborts
   * @throws Error where it has been held back for longer than the limit
   */
  async heldBack<T>(wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.holds++ === 0) {
      clearTimeout(this.timer);
      this.heldSince = performance.now();
    }
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(heldTooLong(this.limits.held)), this.heldLeft);
    try {
      return await wait(AbortSignal.any([this.signal, limit.signal]));
    } finally {
      clearTimeout(timer);
      if (--this.holds === 0) {
        const held = performance.now() - this.heldSince;
        this.heldLeft -= held;
        this.end += held;
        this.run();
      }
    }
  }

  /** Called when the work has ended. */
  close(): void {
    clearTimeout(this.timer);
  }

  private run(): void {
    this.timer = setTimeout(() => this.expiry.abort(), this.left);
  }
}

/** @param limit in ms */
export function heldTooLong(limit: number): Error {
  const minutes = limit / 60_000;
  return new Error(
    `Azure has had too many requests under this subscription and identity and lets no more through within ${minutes} minutes: run pulumi up again later`,
  );
}
