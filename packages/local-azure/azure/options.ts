import type { Ordinal } from "./identity.js";
import type { Rate, Rates } from "./resourceManager/throttle.js";

/** How a local Azure is to be. */
export interface LocalAzureOptions {
  /**
   * The registries that exist from the start, in the first subscription unless they say otherwise. Default: one,
   * "myregistry" in "myresourcegroup".
   */
  registries?: { name: string; resourceGroup: string; subscription?: Ordinal }[];
  /**
   * In which subscriptions each of the two service principals may act; in any other it is refused. Default: the first in
   * the first, the second in the second.
   */
  access?: Partial<Record<Ordinal, readonly Ordinal[]>>;
  /** Milliseconds before every answer. Default 0. */
  latencyMs?: number;
  /** Milliseconds that a long-running operation takes. Default 0; it has the long-running form all the same. */
  operationMs?: number;
  /**
   * Seconds, sent as Retry-After with the status of an operation under way. Default: none is sent. What Azure sends is
   * unknown: azure-cli's recordings leave this header out.
   */
  retryAfterSeconds?: number;
  /** Milliseconds before a newly generated password is accepted by the registry. Default 0. */
  replicationLagMs?: number;
  /**
   * Whether too many requests are refused, and how many those are for each service principal in each subscription. true:
   * as many as Azure's; a kind that is left out has Azure's rate. By real time, regardless of what `now` says. Default false: the
   * headers count down all the same.
   */
  throttling?: boolean | Partial<Record<keyof Rates, Rate>>;
  /**
   * File to append to, one JSON object a line for every request: host, method, url, request headers and body, status,
   * response headers and body. It holds the secrets of this Azure. Default: none.
   */
  record?: string;
  /** The clock for creation times and expiries, asked every time. Default: the system's. */
  now?: () => Date;
  /** How generateCredentials answers: 200 at once, as Azure was recorded, or 202 and a result to poll for. Default 200. */
  generateCredentialsStatus?: 200 | 202;
}
