/** Sends requests as azure-native does: retries transient failures after azure-native's delays. */
import { setTimeout } from "node:timers/promises";
import { isObject, type Properties } from "provider-server";
import { requireLocal } from "./settings.js";

/** azure-native's error for canceled work. */
export const canceled = "context canceled";

/** A completely received response. */
export interface AzureResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Properties;
}

/** An error response of Azure, or a failed operation. */
export class AzureError extends Error {
  constructor(
    message: string,
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** In azure-native's form: `Status=409 Code="Conflict" Message="Busy."`. */
  static of(status: number, error: unknown): AzureError {
    const { code, message } = isObject(error) ? error : { code: undefined, message: error };
    const named = code === undefined ? "" : ` Code=${JSON.stringify(code)}`;
    return new AzureError(`Status=${status}${named} Message=${JSON.stringify(message ?? "")}`, status);
  }
}

/** Returns a response of success.
 *
 * @throws AzureError for any other response
 */
export function expectSuccess(response: AzureResponse): AzureResponse {
  if (response.status >= 400) {
    throw AzureError.of(response.status, response.body.error ?? response.text);
  }
  return response;
}

/** Azure's error code; undefined without one. */
function codeOf({ body }: AzureResponse): unknown {
  return isObject(body.error) ? body.error.code : undefined;
}

/** The Retry-After header in milliseconds. azure-native ignores 0. */
export function retryAfterMs({ headers }: AzureResponse): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** azure-native's delays before the retries, in milliseconds, without jitter. */
const retryDelaysMs = [20_000, 60_000, 120_000];
const transientStatuses = [408, 429, 500, 502, 503, 504];

/**
 * Sends a request, and retries transient failures up to three times.
 *
 * @param signal cancels the request; undefined: nothing does
 * @param pace factor for the delays without a Retry-After header
 */
export async function sendWithRetry(
  url: string,
  request: RequestInit,
  signal: AbortSignal | undefined,
  pace: number,
): Promise<AzureResponse> {
  for (const delayMs of retryDelaysMs) {
    const outcome = await send(url, request, signal).catch((error: Error) => error);
    if (outcome instanceof Error ? !(outcome instanceof AzureError) : !isTransient(outcome)) {
      return orThrow(outcome);
    }
    const requestedMs = outcome instanceof Error ? undefined : retryAfterMs(outcome);
    await pause(requestedMs ?? delayMs * pace * (0.8 + Math.random() / 2), signal);
  }
  return send(url, request, signal);
}

/** Sends a request once. */
export async function send(
  url: string,
  request: RequestInit,
  signal: AbortSignal | undefined,
): Promise<AzureResponse> {
  requireLocal(new URL(url));
  try {
    const response = await fetch(url, { ...request, signal });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  } catch (error) {
    if (signal?.aborted) {
      throw new Error(canceled);
    }
    const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string };
    throw new AzureError(
      `The local Azure at ${new URL(url).host} does not respond (${code ?? message}). ` +
        "Is it running, and does NODE_EXTRA_CA_CERTS name its certificate?",
      0,
      { cause: error },
    );
  }
}

export async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(delayMs, undefined, { signal }).catch(() => {
    throw new Error(canceled);
  });
}

/** Whether to retry a response: of conflicts only those with another operation in progress. */
function isTransient(response: AzureResponse): boolean {
  return response.status === 409
    ? codeOf(response) === "AnotherOperationInProgress"
    : transientStatuses.includes(response.status);
}

function orThrow(outcome: AzureResponse | Error): AzureResponse {
  if (outcome instanceof Error) {
    throw outcome;
  }
  return outcome;
}

function parse(text: string): Properties {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? (body as Properties) : {};
  } catch {
    return {};
  }
}
