import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
  retryPolicy,
} from "@azure/core-rest-pipeline";
import { type RateLimiter, rateLimitPolicy } from "../../components/provider/azure/http/rateLimiter";
import { retryStrategy } from "../../components/provider/azure/http/retry";
import { RetryBudget } from "../../components/provider/azure/http/retryBudget";

/** A response of Azure's, or the error of a lost connection. */
export type Outcome =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | Error;

/** Sends one request through the retry policy and the rate limiter, as a call does. */
export function sendOnce(
  limiter: RateLimiter,
  answer: () => Outcome | Promise<Outcome>,
  {
    signal = new AbortController().signal,
    method = "POST" as HttpMethods,
    url = "https://management.azure.com/",
    budget = new RetryBudget(signal),
  } = {},
): Promise<PipelineResponse> {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(retryPolicy([retryStrategy(budget, limiter)], { maxRetries: Number.POSITIVE_INFINITY }));
  pipeline.addPolicy(rateLimitPolicy(limiter, budget));
  const request = createPipelineRequest({ url, method, abortSignal: budget.signal });
  const client = {
    async sendRequest(): Promise<PipelineResponse> {
      const outcome = await answer();
      if (outcome instanceof Error) {
        throw outcome;
      }
      const { status, headers, body } = outcome;
      return { request, status, headers: createHttpHeaders(headers), bodyAsText: body };
    },
  };
  return budget.run(() => pipeline.sendRequest(client, request));
}
