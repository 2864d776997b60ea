import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import { remainingRequests, retryAfterMs } from "./headers";
import { jitter } from "./jitter";
import { reportProgress } from "./progress";
import { backoffMs, defaultLimits, type RetryBudget, throttledTooLong } from "./retryBudget";

/** Azure's buckets (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
type BucketName = "reads" | "writes" | "deletes";

/** What a response says about the requests that may follow. */
interface ThrottleInfo {
  /** How many more requests Azure accepts now; undefined if it does not say. */
  readonly remaining?: number;
  /** Set for a 429: when Azure accepts the next request; 0 if it does not say. */
  readonly throttledForMs?: number;
}

/** How long after the last request the next one is sent if Azure says that none remains: the bucket refills meanwhile. */
const refillMs = 250;
/** How long after the last request the next one is sent if earlier ones have not been answered. */
const unansweredMs = 1_000;
const initialConcurrency = 4;

/**
 * Limits the requests under one subscription and identity. A 429 holds back all of them until Azure's Retry-After is over. At the
 * beginning and after a 429 few requests run at once, with each response one more, and never more than Azure says remain.
 */
export class RateLimiter {
  /** In ms by the monotonic clock. */
  private throttledUntil = 0;
  /** 429s in a row. */
  private throttles = 0;
  private readonly buckets: Record<BucketName, Bucket> = {
    reads: new Bucket(),
    writes: new Bucket(),
    deletes: new Bucket(),
  };
  private timer: NodeJS.Timeout | undefined;

  /** How long a 429 still holds back all requests. */
  get throttledMs(): number {
    return this.throttledUntil - performance.now();
  }

  /**
   * Waits until a request may be sent. The budget's time does not run meanwhile.
   *
   * @returns to be called with what the response says
   * @throws Error if that takes longer than the budget allows
   */
  async acquire(method: string, budget: RetryBudget): Promise<(info: ThrottleInfo) => void> {
    const bucket = this.buckets[bucketOf(method)];
    const isFree = bucket.queue.length === 0 && this.delayOf(bucket) === 0;
    const permit = isFree ? bucket.start() : await this.wait(bucket, budget);
    return (info) => {
      bucket.end(permit, info);
      if (info.throttledForMs !== undefined) {
        this.throttle(info.throttledForMs || backoffMs(this.throttles++, defaultLimits));
      } else {
        this.throttles = 0;
      }
      this.dispatch();
    };
  }

  private wait(bucket: Bucket, budget: RetryBudget): Promise<Permit> {
    if (!budget.canWait(this.throttledMs)) {
      throw throttledTooLong(budget.limits);
    }
    const queued = (signal: AbortSignal) =>
      new Promise<Permit>((resolve, reject) => {
        signal.throwIfAborted();
        const leave = () => {
          signal.removeEventListener("abort", abort);
          bucket.queue.splice(bucket.queue.indexOf(waiter), 1);
        };
        const abort = () => waiter.fail(signal.reason);
        const waiter: Waiter = {
          budget,
          start: () => {
            leave();
            resolve(bucket.start());
          },
          fail: (error) => {
            leave();
            reject(error);
          },
        };
        signal.addEventListener("abort", abort);
        bucket.queue.push(waiter);
        this.dispatch();
      });
    return reportProgress(this.message, () => budget.pauseWhile(queued));
  }

  private readonly message = (seconds: number) => {
    const left = Math.ceil(this.throttledMs / 1000);
    return left > 0
      ? `Azure throttles requests: waiting ${left} s`
      : `Azure throttles requests: waiting to send the next one (${seconds} s)`;
  };

  private throttle(delayMs: number): void {
    const ms = jitter(delayMs);
    this.throttledUntil = Math.max(this.throttledUntil, performance.now() + ms);
    for (const { queue } of Object.values(this.buckets)) {
      for (const { budget, fail } of queue.filter((waiter) => !waiter.budget.canWait(ms))) {
        fail(throttledTooLong(budget.limits));
      }
    }
  }

  /** Starts every waiting request that may be sent now, and sets the timer for the others. */
  private readonly dispatch = () => {
    clearTimeout(this.timer);
    const delays: number[] = [];
    for (const bucket of Object.values(this.buckets)) {
      while (bucket.queue.length > 0 && this.delayOf(bucket) === 0) {
        bucket.queue[0].start();
      }
      if (bucket.queue.length > 0) {
        delays.push(this.delayOf(bucket));
      }
    }
    if (delays.length > 0) {
      this.timer = setTimeout(this.dispatch, Math.min(...delays)).unref();
    }
  };

  /** How long until the bucket may send a request, in ms, if no response comes first. */
  private delayOf(bucket: Bucket): number {
    return Math.max(0, Math.max(this.throttledUntil, bucket.opensAt) - performance.now());
  }
}

/** Sends each request once the limiter lets it through. */
export function rateLimitPolicy(limiter: RateLimiter, budget: RetryBudget): PipelinePolicy {
  return {
    name: "rateLimit",
    async sendRequest(request, next) {
      const release = await limiter.acquire(request.method, budget);
      let info: ThrottleInfo = {};
      try {
        const response = await next(request);
        info = throttleInfo(response);
        return response;
      } finally {
        release(info);
      }
    },
  };
}

/** A request that waits. */
interface Waiter {
  readonly budget: RetryBudget;
  start(): void;
  fail(error: unknown): void;
}

/** The state of a bucket when a request began. */
interface Permit {
  /** The number of the request in its bucket. */
  readonly nth: number;
  /** How many 429s there had been. */
  readonly throttles: number;
}

/** The requests of one kind, in the order in which they came. */
class Bucket {
  readonly queue: Waiter[] = [];
  private lastStart = 0;
  private running = 0;
  private throttles = 0;
  /** One more for each response, and 1 after a 429. */
  private maxConcurrency = initialConcurrency;
  private remaining = Number.POSITIVE_INFINITY;
  private started = 0;
  /** The last request whose response told `remaining`: the response to an earlier request is out of date. */
  private remainingFrom = 0;

  /** When the next request may be sent, in ms by the monotonic clock, if no response comes first. */
  get opensAt(): number {
    if (this.running >= Math.max(1, Math.min(this.maxConcurrency, this.remaining))) {
      return this.lastStart + unansweredMs;
    }
    return this.remaining < 1 ? this.lastStart + refillMs : 0;
  }

  start(): Permit {
    this.running++;
    this.lastStart = performance.now();
    return { nth: ++this.started, throttles: this.throttles };
  }

  end({ nth, throttles }: Permit, { remaining, throttledForMs }: ThrottleInfo): void {
    this.running--;
    if (remaining !== undefined && nth > this.remainingFrom) {
      this.remainingFrom = nth;
      this.remaining = remaining;
    }
    if (throttledForMs !== undefined) {
      this.throttles++;
      this.maxConcurrency = 1;
    } else if (throttles === this.throttles) {
      // The response to a request from before the 429 says nothing about what Azure accepts now.
      this.maxConcurrency++;
    }
  }
}

function bucketOf(method: string): BucketName {
  if (method === "DELETE") {
    return "deletes";
  }
  return method === "GET" ? "reads" : "writes";
}

function throttleInfo(response: PipelineResponse): ThrottleInfo {
  return {
    remaining: remainingRequests(response),
    ...(response.status === 429 && { throttledForMs: retryAfterMs(response) ?? 0 }),
  };
}
