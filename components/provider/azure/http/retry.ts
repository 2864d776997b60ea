import type { PipelineResponse, RestError, RetryStrategy } from "@azure/core-rest-pipeline";
import { codeIn } from "./body";
import { isLostConnection, isTransient } from "./errors";
import { retryAfterMs } from "./headers";
import { jitter } from "./jitter";
import type { RateLimiter } from "./rateLimiter";
import type { RetryBudget } from "./retryBudget";

/** How often to ask again for an operation that Azure does not find: Azure may have accepted it a moment ago. */
const notFoundRetries = 3;

/**
 * Retries what can succeed later: a conflict with another operation (409), throttling (429), a failure of Azure (408, 5xx), a lost
 * connection. Waits at least for Azure's Retry-After, and gives up once the budget does not allow another retry. Each request is
 * retried by itself: a lost poll does not repeat the write that began the operation.
 */
export function retryStrategy(budget: RetryBudget, limiter: RateLimiter): RetryStrategy {
  return {
    name: "azureRetryStrategy",
    retry({ retryCount, response, responseError }) {
      if (response?.status === 429) {
        // The rate limiter delays this request together with all others.
        return budget.canWait(limiter.throttledMs) ? { retryAfterInMs: 0 } : { skipStrategy: true };
      }
      const reason = retryReason(retryCount, response, responseError);
      const delayMs = jitter((response && retryAfterMs(response)) ?? budget.delayMs(retryCount));
      if (reason === undefined || delayMs > budget.leftMs) {
        return { skipStrategy: true };
      }
      budget.willRetry(reason, delayMs);
      return { retryAfterInMs: delayMs };
    },
  };
}

/** What has to happen before a retry can succeed; undefined if a retry is no use. */
function retryReason(
  retryCount: number,
  response: PipelineResponse | undefined,
  error: RestError | undefined,
): string | undefined {
  if (response === undefined) {
    return isLostConnection(error) ? "a connection to Azure" : undefined;
  }
  const { status, request } = response;
  if (status === 409) {
    return lastingConflicts.includes(codeIn(response)) ? undefined : "another operation on the token to end";
  }
  if (status === 404) {
    const isPoll = /\/operation(Statuses|Results)\//i.test(request.url);
    return isPoll && retryCount < notFoundRetries
      ? "Azure to find the operation that it has accepted"
      : undefined;
  }
  return isTransient(status) ? `Azure to recover from status ${status}` : undefined;
}

/** Azure's codes for conflicts that last until somebody resolves them. */
const lastingConflicts: readonly unknown[] = [
  "MissingSubscriptionRegistration",
  "ReadOnlyDisabledSubscription",
  "ResourceGroupBeingDeleted",
  "ScopeLocked",
];
