import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { abortable } from "./abortable";
import { isLostConnection, isPassing } from "./errors";

type PipelinePolicy = Parameters<ContainerRegistryManagementClient["pipeline"]["addPolicy"]>[0];
type PipelineResponse = Awaited<ReturnType<PipelinePolicy["sendRequest"]>>;

/** In ms: for how long to try in all, and the first and the longest wait between two tries where Azure does not say. */
const defaults = { total: 120_000, first: 500, longest: 10_000 };

/** How long a piece of work may go on trying. */
interface Patience {
  readonly limits: typeof defaults;
  /** When it ends, in ms since 1970. */
  readonly end: number;
  /** Ends the waits. */
  readonly signal: AbortSignal;
}

const patience = new AsyncLocalStorage<Patience>();

/**
 * Does work that may take several requests, within a limit that holds for all of them together, also for one that is never
 * answered. {@link outlastingPolicy} tries each request again.
 *
 * @param work gives up when its signal aborts
 * @param signal ends the tries and the waits
 * @param limits a test hurries them
 */
export async function outlast<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  limits: typeof defaults = defaults,
): Promise<T> {
  const deadline = AbortSignal.timeout(limits.total);
  const either = AbortSignal.any([signal, deadline]);
  try {
    const mine = { limits, end: Date.now() + limits.total, signal: either };
    return await patience.run(mine, () => abortable(() => work(either), either));
  } catch (error) {
    if (deadline.aborted && !signal.aborted) {
      throw new Error(`Azure has not answered within ${limits.total / 1000} s: run pulumi up again later`);
    }
    throw error;
  }
}

/**
 * Sends a request again where what was wrong will pass by itself: another operation on the same thing is under way (409),
 * too many requests (429), trouble on Azure's side (408, 5xx), a lost connection. Honours Retry-After. Each request is
 * tried by itself: a look at a long-running operation that was lost does not repeat the write that began it.
 */
export const outlastingPolicy: PipelinePolicy = {
  name: "outlasting",
  async sendRequest(request, next) {
    const mine = patience.getStore();
    if (mine === undefined) {
      return next(request);
    }
    const { limits, end, signal } = mine;
    for (let usual = limits.first; ; usual = Math.min(2 * usual, limits.longest)) {
      const outcome = await next(request).catch((error: unknown) => new Thrown(error));
      const wait = (outcome instanceof Thrown ? undefined : retryAfterOf(outcome)) ?? usual;
      if (!passes(outcome) || Date.now() + wait > end) {
        if (outcome instanceof Thrown) {
          throw outcome.error;
        }
        return outcome;
      }
      await delay(wait, undefined, { signal });
    }
  },
};

/** There was no answer. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** Azure's codes for a conflict that somebody has to end before it passes. */
const lastingConflicts: readonly unknown[] = [
  "MissingSubscriptionRegistration",
  "ReadOnlyDisabledSubscription",
  "ResourceGroupBeingDeleted",
  "ScopeLocked",
];

function passes(outcome: PipelineResponse | Thrown): boolean {
  if (outcome instanceof Thrown) {
    return isLostConnection(outcome.error);
  }
  return outcome.status === 409
    ? !lastingConflicts.includes(codeIn(outcome))
    : outcome.status >= 400 && isPassing(outcome.status);
}

/** Azure's name for what went wrong, in the body of an answer. */
function codeIn({ bodyAsText }: PipelineResponse): unknown {
  try {
    return (JSON.parse(bodyAsText ?? "") as { error?: { code?: unknown } }).error?.code;
  } catch {
    return undefined;
  }
}

/** How long Azure asks to wait before the next attempt, in ms; undefined where it does not say. */
function retryAfterOf({ headers }: PipelineResponse): number | undefined {
  const seconds = Number(headers.get("retry-after") || Number.NaN);
  return seconds >= 0 ? seconds * 1000 : undefined;
}
