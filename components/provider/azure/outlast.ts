import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { abortable } from "./abortable";
import { BadAnswer, failedOnAnswer } from "./badAnswer";
import { isLostConnection, isPassing, statusOf } from "./errors";
import { Gate } from "./gate";
import { reportProgress } from "./http/progress";
import { callTimeout } from "./http/timeout";
import { defaults, type Limits, Patience } from "./patience";
import { spread } from "./spread";

type PipelinePolicy = Parameters<ContainerRegistryManagementClient["pipeline"]["addPolicy"]>[0];
type PipelineRequest = Parameters<PipelinePolicy["sendRequest"]>[0];
type PipelineResponse = Awaited<ReturnType<PipelinePolicy["sendRequest"]>>;

const patience = new AsyncLocalStorage<Patience>();
const answers = new WeakMap<Patience, PipelineResponse>();

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
  limits: Limits = defaults,
): Promise<T> {
  const { leftMs, totalMs } = callTimeout(limits.total);
  const mine = new Patience({ ...limits, total: leftMs }, signal);
  try {
    return await patience.run(mine, () => abortable(() => work(mine.signal), mine.signal));
  } catch (error) {
    if (mine.isOver && !signal.aborted) {
      throw new Error(`Azure has not answered within ${totalMs / 1000} s: run pulumi up again later`);
    }
    const answer = answers.get(mine);
    throw failedOnAnswer(withDetails(error, answer), answer);
  } finally {
    mine.close();
  }
}

/**
 * The body of the last answer to the work that is under way, as it came: the SDK makes of anything what it should be.
 *
 * @returns undefined where it is empty
 */
export function lastAnswer(): unknown {
  const mine = patience.getStore();
  const text = (mine && answers.get(mine)?.bodyAsText) ?? "";
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    throw new BadAnswer("it is cut off, or no JSON");
  }
}

/**
 * Sends a request again where what was wrong will pass by itself: another operation on the same thing is under way (409),
 * too many requests (429), trouble on Azure's side (408, 5xx), a lost connection. Waits at least for Azure's Retry-After.
 * Each request is tried by itself: a look at a long-running operation that was lost does not repeat the write that began it.
 * An operation that Azure does not find (404) is looked for a few times more: it may have been accepted a moment ago.
 * One that was too many holds back every other that goes through the same policy: it is for one subscription and identity.
 */
export function outlastingPolicy(): PipelinePolicy {
  const gate = new Gate();
  return {
    name: "outlasting",
    async sendRequest(request, next) {
      const mine = patience.getStore();
      if (mine === undefined) {
        return next(request);
      }
      const answered = (response: PipelineResponse) => {
        answers.set(mine, response);
        dropOddRetryAfter(response);
        return response;
      };
      let inVain = 0;
      for (let usual = mine.limits.first; ; usual = Math.min(2 * usual, mine.limits.longest)) {
        let wait = 0;
        const outcome = await gate.pass(
          request.method,
          mine,
          () => next(request).then(answered, (error: unknown) => new Thrown(error)),
          (sent) => {
            wait = spread(retryAfterOf(sent) || usual);
            return { left: leftOf(sent), holdFor: isTooMany(sent) ? wait : undefined };
          },
        );
        const isBorne = isTooMany(outcome) ? mine.bears(wait) : wait <= mine.left;
        const mayAppear = isLookInVain(request, outcome) && inVain++ < mostInVain;
        if (!(passes(outcome) || mayAppear) || !isBorne) {
          if (outcome instanceof Thrown) {
            throw outcome.error;
          }
          return outcome;
        }
        // The gate makes the others wait, and this one too.
        if (!isTooMany(outcome)) {
          await pause(wait, outcome, mine);
        }
      }
    },
  };
}

/** Waits for the next try. */
async function pause(ms: number, outcome: PipelineResponse | Thrown, { signal, left }: Patience) {
  const next = performance.now() + ms;
  const end = performance.now() + left;
  const secondsTo = (moment: number) => Math.max(0, Math.ceil((moment - performance.now()) / 1000));
  await reportProgress(
    () =>
      `waiting for ${expected(outcome)} (next try in ${secondsTo(next)} s, for up to ${secondsTo(end)} s more)`,
    () => delay(ms, undefined, { signal }),
  );
}

/** What has to come before a request can go well. */
function expected(outcome: PipelineResponse | Thrown): string {
  if (outcome instanceof Thrown) {
    return "a connection to Azure";
  }
  if (outcome.status === 404) {
    return "Azure to find the operation that it has accepted";
  }
  return outcome.status === 409
    ? "another operation on the token to end"
    : `the end of trouble at Azure, which answered ${outcome.status}`;
}

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

/** How often to look again for an operation that Azure does not find. */
const mostInVain = 3;

/** Whether a long-running operation was looked for, and is not there. */
function isLookInVain({ url }: PipelineRequest, outcome: PipelineResponse | Thrown): boolean {
  return (
    !(outcome instanceof Thrown) && outcome.status === 404 && /\/operation(Statuses|Results)\//i.test(url)
  );
}

/** Azure's error code in the body of a response. */
function codeIn(response: PipelineResponse): unknown {
  return (bodyIn(response) as { error?: { code?: unknown } } | undefined)?.error?.code;
}

function bodyIn({ bodyAsText }: PipelineResponse): unknown {
  try {
    return JSON.parse(bodyAsText ?? "") ?? undefined;
  } catch {
    return undefined;
  }
}

/** An error of the SDK with the body of the response, which the SDK leaves out for long-running operations. */
function withDetails(error: unknown, response: PipelineResponse | undefined): unknown {
  const isError = error instanceof Error && statusOf(error) === response?.status;
  return isError && response ? Object.assign(error, { details: bodyIn(response) }) : error;
}

function isTooMany(outcome: PipelineResponse | Thrown): boolean {
  return !(outcome instanceof Thrown) && outcome.status === 429;
}

/** How long Azure asks to wait before the next attempt, in ms; 0 or undefined where it does not say. */
function retryAfterOf(outcome: PipelineResponse | Thrown): number | undefined {
  const seconds = numberIn(outcome, "retry-after");
  return seconds === undefined ? undefined : seconds * 1000;
}

/** In s. Azure asks for minutes. */
const longestRetryAfter = 86_400;

/**
 * Takes away a Retry-After that cannot be meant: everything under this identity would be held back for ever, and the SDK,
 * which honours that of a poll, would ask without a pause, since a timer of no time, or of more than 24 days, is none.
 */
function dropOddRetryAfter({ headers }: PipelineResponse): void {
  const text = headers.get("retry-after") ?? "";
  const number = Number(text);
  const seconds = Number.isNaN(number) ? (Date.parse(text) - Date.now()) / 1000 : number;
  if (seconds < 1 || seconds > longestRetryAfter) {
    headers.delete("retry-after");
  }
}

/** How many more requests of this kind Azure takes now; undefined where it does not say. */
function leftOf(outcome: PipelineResponse | Thrown): number | undefined {
  const kinds = ["reads", "writes", "deletes"];
  const said = kinds.map((kind) => numberIn(outcome, `x-ms-ratelimit-remaining-subscription-${kind}`));
  return said.find((left) => left !== undefined);
}

function numberIn(outcome: PipelineResponse | Thrown, header: string): number | undefined {
  const text = outcome instanceof Thrown ? undefined : outcome.headers.get(header);
  const number = Number(text || Number.NaN);
  return number >= 0 ? number : undefined;
}
