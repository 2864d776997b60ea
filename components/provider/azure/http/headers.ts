import type { PipelineResponse } from "@azure/core-rest-pipeline";

type Response = Pick<PipelineResponse, "headers">;

const maxRetryAfterMs = 86_400_000;

/**
 * How long Azure asks to wait. Undefined if it does not say, or if it says less than a second or more than a day, which cannot be
 * meant: Azure asks for minutes, and a timer of more than 24 days fires at once.
 */
export function retryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  const seconds = Number(text || Number.NaN);
  const ms = Number.isNaN(seconds) ? Date.parse(text ?? "") - Date.now() : seconds * 1000;
  return ms >= 1_000 && ms <= maxRetryAfterMs ? ms : undefined;
}

/** How many more requests of this kind Azure accepts now; undefined if it does not say. */
export function remainingRequests({ headers }: Response): number | undefined {
  return ["reads", "writes", "deletes"]
    .map((kind) => Number(headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`) || Number.NaN))
    .find((count) => count >= 0);
}
