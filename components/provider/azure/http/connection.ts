import type { HttpClient, Pipeline, PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { responseError } from "./body";
import { codeOf, InvalidResponseError } from "./errors";
import { allowedHostsPolicy } from "./hosts";
import { RateLimiter, rateLimitPolicy } from "./rateLimiter";
import { retryStrategy } from "./retry";
import type { RetryBudget } from "./retryBudget";
import { serverClockPolicy } from "./serverClock";

/** What all calls of a service under one identity share: the access token, the rate limits, open sockets. */
export interface Connection {
  readonly http: typeof import("@azure/core-rest-pipeline");
  readonly httpClient: HttpClient;
  /** The service's address. */
  readonly endpoint: string;
  readonly limiter: RateLimiter;
  readonly allowedHosts: PipelinePolicy;
  /** The policies that every attempt of a request goes through. */
  readonly perAttempt: readonly PipelinePolicy[];
}

/**
 * Loads Azure's HTTP pipeline and connects it to a service.
 *
 * @param scope of the access token
 * @param isAllowed whether requests may go to a host, with its port
 */
export async function newConnection(
  credential: TokenCredential,
  endpoint: string,
  scope: string,
  isAllowed: (host: string) => boolean,
): Promise<Connection> {
  const http = await import("@azure/core-rest-pipeline");
  return {
    http,
    httpClient: http.createDefaultHttpClient(),
    endpoint,
    limiter: new RateLimiter(),
    allowedHosts: allowedHostsPolicy(new URL(endpoint).host, isAllowed),
    // Without the policy that logs: bodies contain passwords.
    perAttempt: [
      serverClockPolicy(),
      http.userAgentPolicy({ userAgentPrefix: "pulumi-acr-token" }),
      http.proxyPolicy(),
      http.bearerTokenAuthenticationPolicy({ credential, scopes: scope }),
    ],
  };
}

/** A request to a service. */
export interface ServiceRequest {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly url: string;
  readonly body?: object;
}

/**
 * Sends one request of a call.
 *
 * @throws AzureError for a response with an error status, InvalidResponseError for one that is cut off
 */
export async function sendRequest(
  connection: Connection,
  budget: RetryBudget,
  { method, url, body }: ServiceRequest,
): Promise<PipelineResponse> {
  const { http, httpClient } = connection;
  const request = http.createPipelineRequest({
    url,
    method,
    headers: http.createHttpHeaders({
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
    }),
    body: body && JSON.stringify(body),
    abortSignal: budget.signal,
  });
  const response = await newPipeline(connection, budget)
    .sendRequest(httpClient, request)
    .catch((error: unknown) => {
      // The connection broke within the body.
      throw codeOf(error) === "PARSE_ERROR" ? new InvalidResponseError("it is cut off") : error;
    });
  if (response.status >= 400) {
    throw responseError(response);
  }
  return response;
}

function newPipeline({ http, limiter, allowedHosts, perAttempt }: Connection, budget: RetryBudget): Pipeline {
  const pipeline = http.createEmptyPipeline();
  const retry = http.retryPolicy([retryStrategy(budget, limiter)], { maxRetries: Number.POSITIVE_INFINITY });
  for (const policy of [allowedHosts, retry, rateLimitPolicy(limiter, budget), ...perAttempt]) {
    pipeline.addPolicy(policy);
  }
  return pipeline;
}
