import { performance } from "node:perf_hooks";
import { AzureError } from "./errors.js";

/** The rate of a token bucket: its size in requests, and its refill in requests per second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** The rates for each kind of request: reads are GET and HEAD, writes PUT, PATCH and POST. */
export type Rates = Readonly<Record<"reads" | "writes" | "deletes", Rate>>;

/** The rates in Azure's documentation of request limits. */
export const azureRates: Rates = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
};

const singular = { reads: "read", writes: "write", deletes: "delete" };

/** A token bucket, which starts full. */
interface Bucket {
  tokens: number;
  /** When the bucket was last filled, in ms of `performance.now()`, which tests do not change. */
  filledAtMs: number;
}

/** Counts the requests of each service principal in each subscription, and refuses requests above the rates if enabled. */
export class Throttle {
  private readonly buckets = new Map<string, Bucket>();

  /** @param refuses whether to refuse requests; false: only count them */
  constructor(
    private readonly rates: Rates,
    private readonly refuses: boolean,
  ) {}

  /** Counts a request and returns the headers with the remaining requests. */
  count(clientId: string, subscriptionId: string, method: string): Record<string, string> {
    const kind = kindOf(method);
    const { burst, perSecond } = this.rates[kind];
    const bucket = this.fill(`${clientId} ${subscriptionId} ${kind}`, burst, perSecond);
    const header = `x-ms-ratelimit-remaining-subscription-${kind}`;
    if (bucket.tokens < 1 && this.refuses) {
      // Rounded up, so that a client that waits this long succeeds.
      const seconds = String(Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)));
      throw new AzureError(
        429,
        "SubscriptionRequestsThrottled",
        `Number of '${singular[kind]}' requests for subscription '${subscriptionId}' actor '${clientId}' exceeded. Please try again after '${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
        { [header]: "0", "retry-after": seconds },
      );
    }
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    return { [header]: String(Math.floor(bucket.tokens)) };
  }

  private fill(key: string, burst: number, perSecond: number): Bucket {
    const now = performance.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, filledAtMs: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAtMs) / 1000) * perSecond);
    bucket.filledAtMs = now;
    this.buckets.set(key, bucket);
    return bucket;
  }
}

function kindOf(method: string): keyof Rates {
  if (method === "DELETE") {
    return "deletes";
  }
  return method === "GET" || method === "HEAD" ? "reads" : "writes";
}
