/** Requests as azure-native sends them: what passes is tried again, after the waits that it has. */
import { setTimeout } from "node:timers/promises";
import { isObject, type Properties } from "provider-server";
import { requireLocal } from "./settings.js";

/** What azure-native says of work that Pulumi has it give up. */
export const canceled = "context canceled";

/** An answer, read. */
export interface AzureResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Properties;
}

/** Azure refused, or an operation failed. */
export class AzureError extends Error {
  constructor(
    message: string,
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** In the words of azure-native: `Status=409 Code="Conflict" Message="Busy."`. */
  static of(status: number, error: unknown): AzureError {
    const { code, message } = isObject(error) ? error : { code: undefined, message: error };
    const named = code === undefined ? "" : ` Code=${JSON.stringify(code)}`;
    return new AzureError(`Status=${status}${named} Message=${JSON.stringify(message ?? "")}`, status);
  }
}

/** The answer, unless Azure refused. */
export function expectSuccess(response: AzureResponse): AzureResponse {
  if (response.status >= 400) {
    throw AzureError.of(response.status, response.body.error ?? response.text);
  }
  return response;
}

/** Azure's name for what went wrong; undefined where there is none. */
function codeOf({ body }: AzureResponse): unknown {
  return isObject(body.error) ? body.error.code : undefined;
}

/** How long Azure asks to wait, in ms. Azure-native takes 0 for not asking. */
export function retryAfterMs({ headers }: AzureResponse): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** In ms: the waits before azure-native tries again, give or take a part. */
const retryDelaysMs = [20_000, 60_000, 120_000];
const transientStatuses = [408, 429, 500, 502, 503, 504];

/**
 * Sends a request, and again after what passes: three times in all.
 *
 * @param signal ends it; undefined where nothing does
 * @param pace what the waits are multiplied by, where Azure asks for none
 */
export async function sendWithRetry(
  url: string,
  request: RequestInit,
  signal: AbortSignal | undefined,
  pace: number,
): Promise<AzureResponse> {
  for (const usual of retryDelaysMs) {
    const outcome = await send(url, request, signal).catch((error: Error) => error);
    if (outcome instanceof Error ? !(outcome instanceof AzureError) : !isTransient(outcome)) {
      return orThrow(outcome);
    }
    const asked = outcome instanceof Error ? undefined : retryAfterMs(outcome);
    await pause(asked ?? usual * pace * (0.8 + Math.random() / 2), signal);
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
      `The local Azure at ${new URL(url).host} does not answer (${code ?? message}). ` +
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

/** A conflict passes where Azure says that another operation is under way, and in no other case. */
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
