import { isMap } from "../../../args/checks";
import { redirectOf } from "./hosts";

/** Loads Azure's HTTP client. */
const loadHttp = () => import("@azure/core-rest-pipeline");

/** The part of an answer that callers use. */
export interface HttpResponse {
  readonly status: number;
  /** The body as text; empty if there is none. */
  readonly body: string;
}

/** The server answered with a redirect, which is never followed. */
export class RedirectError extends Error {}

let sender: Promise<
  (url: string, headers: Record<string, string>, signal: AbortSignal) => Promise<HttpResponse>
>;

/**
 * Sends a GET request with the HTTP client of Azure's libraries, so that HTTPS_PROXY, NO_PROXY and the trusted certificates
 * apply to it as they apply to calls of the resource manager.
 *
 * @param options the request's headers, a signal that cancels it, and how long to wait for the answer
 * @throws RedirectError if the server redirects
 * @throws Error if the request was not answered; `code` is Node's code, such as `ECONNREFUSED`
 */
export async function httpGet(
  url: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly timeoutMs: number;
  },
): Promise<HttpResponse> {
  const { headers = {}, signal, timeoutMs } = options;
  sender ??= newSender();
  const send = await sender;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send(url, headers, signal ? AbortSignal.any([signal, timeout]) : timeout);
  } catch (error) {
    if (timeout.aborted && !signal?.aborted) {
      throw new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error });
    }
    throw error;
  }
}

async function newSender(): typeof sender {
  const http = await loadHttp();
  const client = http.createDefaultHttpClient();
  const pipeline = http.createEmptyPipeline();
  pipeline.addPolicy(http.proxyPolicy());
  return async (url, headers, abortSignal) => {
    const request = http.createPipelineRequest({
      url,
      headers: http.createHttpHeaders(headers),
      abortSignal,
    });
    const { status, headers: received, bodyAsText } = await pipeline.sendRequest(client, request);
    const target = redirectOf(status, received.get("location"), url);
    if (target !== undefined) {
      throw new RedirectError(`it redirects to ${target}, and redirects are not followed`);
    }
    return { status, body: bodyAsText ?? "" };
  };
}

/** The object in a JSON body; an empty object if the body is anything else. */
export function jsonObjectIn(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}
