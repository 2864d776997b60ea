import { setTimeout as delay } from "node:timers/promises";
import { isDefect } from "provider-server";
import { isTransient, isUntrusted, trustAdvice } from "../http/errors";
import { describeError } from "../http/errorText";
import { httpGet, RedirectError } from "../http/get";
import { jitter } from "../http/jitter";
import { reportProgress } from "../http/progress";
import { callTimeout } from "../http/timeout";

const defaultLimits = {
  /** Between two attempts. */
  intervalMs: 1_000,
  /** For all attempts until a new password is accepted. */
  timeoutMs: 120_000,
  /** For the response to one attempt. */
  responseTimeoutMs: 10_000,
  /** How many attempts in a row may fail. */
  maxFailures: 3,
};

type Limits = typeof defaultLimits;

/**
 * Logs in to a registry until it accepts a new password, which can take a minute to reach every replica
 * (https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions).
 *
 * @param loginServer host and port
 * @param signal aborts when the user cancels
 * @throws Error if the registry cannot be reached, or has not accepted the password in time
 */
export function untilAccepted(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  limits: Limits = defaultLimits,
): Promise<void> {
  const { leftMs, totalMs } = callTimeout(limits.timeoutMs);
  const end = performance.now() + leftMs;
  const attempts = async () => {
    for (let failures = 0; ; ) {
      try {
        const status = await logIn(loginServer, username, password, signal, limits);
        if (status === 200) {
          return;
        }
        failures = 0;
      } catch (error) {
        if (isFinal(error) || ++failures >= limits.maxFailures) {
          const remedy = isUntrusted(error) ? trustAdvice : "let this machine through its firewall";
          throw new Error(
            `${unreachable(loginServer, error)}: waitUntilLive needs it to be reachable, so ${remedy}, or leave waitUntilLive out`,
          );
        }
      }
      const delayMs = jitter(limits.intervalMs);
      if (performance.now() + delayMs > end) {
        throw new Error(
          `the registry at https://${loginServer} has not accepted it within ${totalMs / 1000} s: run pulumi up again later`,
        );
      }
      await delay(delayMs, undefined, { signal });
    }
  };
  return reportProgress(
    (seconds) =>
      `waiting until ${loginServer} accepts the new password (${seconds} of ${Math.round(leftMs / 1000)} s)`,
    attempts,
  );
}

/**
 * Whether a registry accepts a password now.
 *
 * @param loginServer host and port
 * @param signal aborts when the user cancels
 * @throws Error that says why the registry cannot be asked
 */
export async function isAccepted(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  limits: Limits = defaultLimits,
): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      const status = await logIn(loginServer, username, password, signal, limits);
      if (!isTransient(status)) {
        return status === 200;
      }
      throw new Error(`answered ${status}`);
    } catch (error) {
      if (isFinal(error) || failures >= limits.maxFailures) {
        throw new Error(unreachable(loginServer, error));
      }
    }
    await delay(limits.intervalMs, undefined, { signal });
  }
}

/** The registry answered with a status that another attempt does not change. */
class UnexpectedResponseError extends Error {}

function isFinal(error: unknown): boolean {
  return error instanceof UnexpectedResponseError || error instanceof RedirectError || isDefect(error);
}

function unreachable(loginServer: string, error: unknown): string {
  return `the registry at https://${loginServer} cannot be asked from here (${describeError(error, "it")})`;
}

/** @returns 200 if the registry accepts the password, 401 if not, or the status of a failure that passes */
async function logIn(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  { responseTimeoutMs: timeoutMs }: Limits,
): Promise<number> {
  const url = `https://${loginServer}/oauth2/token?service=${encodeURIComponent(loginServer)}`;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const headers = { authorization: `Basic ${basic}` };
  const { status } = await httpGet(url, { headers, signal, timeoutMs }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  if (status !== 200 && status !== 401 && !isTransient(status)) {
    throw new UnexpectedResponseError(`answered ${status}`);
  }
  return status;
}
