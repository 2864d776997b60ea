import type { Ordinal } from "./identity.js";
import type { Rate, Rates } from "./resourceManager/throttle.js";

/** The options of a local Azure. */
export interface LocalAzureOptions {
  /**
   * The registries that exist from the start, in the first subscription unless `subscription` names the second.
   * Default: "myregistry" in "myresourcegroup".
   */
  registries?: { name: string; resourceGroup: string; subscription?: Ordinal }[];
  /**
   * The subscriptions in which each of the two service principals may act. Default: the first principal in the first
   * subscription, the second principal in the second.
   */
  access?: Partial<Record<Ordinal, readonly Ordinal[]>>;
  /** Delay of every response in milliseconds. Default 0. */
  latencyMs?: number;
  /** Duration of a long-running operation in milliseconds. Default 0: the client still has to poll. */
  operationMs?: number;
  /**
   * The Retry-After header of the status of an operation in progress, in seconds. Default: no header. Azure's value is
   * unknown: azure-cli's recordings omit this header.
   */
  retryAfterSeconds?: number;
  /** Time until the registry accepts a newly generated password, in milliseconds. Default 0. */
  replicationLagMs?: number;
  /**
   * Whether requests above a rate are refused, for each service principal in each subscription. true: Azure's rates. An
   * object: these rates, and Azure's rate for each kind that it omits. The rates use real time and not `now`. Default
   * false: the headers still count down.
   */
  throttling?: boolean | Partial<Record<keyof Rates, Rate>>;
  /**
   * File to append every request to, one JSON object a line: host, method, url, request headers and body, status,
   * response headers and body. The file holds the emulator's secrets. Default: none.
   */
  record?: string;
  /** Returns the time for creation times and expiries. Default: the system's clock. */
  now?: () => Date;
  /** What generateCredentials returns: 200, as in recordings of Azure, or 202 and a result to poll for. Default 200. */
  generateCredentialsStatus?: 200 | 202;
}
