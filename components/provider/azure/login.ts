import { setTimeout as delay } from "node:timers/promises";
import { isPassing, isUntrusted, trustAdvice } from "./errors";
import { httpGet, RedirectError } from "./http/get";
import { reportProgress } from "./http/progress";
import { callTimeout } from "./http/timeout";
import { spread } from "./spread";

/**
 * In ms: how often to ask, for how long in all, and how long to wait for one answer; and after how many lost connections in
 * a row to give up.
 */
const defaults = { interval: 1_000, limit: 120_000, answer: 10_000, lostConnections: 3 };

/**
 * Asks a registry until it accepts a password. A new one can take a minute to reach every replica
 * (https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions).
 *
 * @param loginServer host and port
 * @param signal ends the wait
 * @param pace in ms; a test hurries it
 * @throws Error where the registry cannot be reached from here, or has not accepted the password within the limit
 */
export function untilAccepted(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  pace: typeof defaults = defaults,
): Promise<void> {
  const { leftMs, totalMs } = callTimeout(pace.limit);
  return reportProgress(
    (seconds) =>
      `waiting until ${loginServer} accepts the new password (${seconds} of ${Math.round(leftMs / 1000)} s)`,
    () => askUntilAccepted(loginServer, username, password, signal, { ...pace, limit: leftMs }, totalMs),
  );
}

async function askUntilAccepted(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  pace: typeof defaults,
  totalMs: number,
): Promise<void> {
  const started = performance.now();
  let lost = 0;
  for (;;) {
    try {
      const status = await tryToLogIn(loginServer, username, password, signal, pace.answer);
      if (status === 200) {
        return;
      }
      if (status !== 401 && !isPassing(status)) {
        throw new NoWayIn(`answered ${status}`);
      }
      lost = 0;
    } catch (error) {
      signal.throwIfAborted();
      lost += 1;
      if (isFinal(error) || lost >= pace.lostConnections) {
        const remedy = isUntrusted(error) ? trustAdvice : "let this machine through its firewall";
        throw new Error(
          `the registry at https://${loginServer} cannot be asked from here (${(error as Error).message}): waitUntilLive needs it to be reachable, so ${remedy}, or leave waitUntilLive out`,
        );
      }
    }
    const wait = spread(pace.interval);
    if (performance.now() - started + wait > pace.limit) {
      throw new Error(
        `the registry at https://${loginServer} has not accepted it within ${totalMs / 1000} s: run pulumi up again later`,
      );
    }
    await delay(wait, undefined, { signal });
  }
}

/**
 * Whether a registry accepts a password now. Trouble that passes is asked about again, a few times.
 *
 * @param loginServer host and port
 * @param signal ends the wait
 * @param pace in ms; a test hurries it
 * @throws Error that says why the registry cannot be asked from here
 */
export async function isAccepted(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  pace: Pick<typeof defaults, "interval" | "answer" | "lostConnections"> = defaults,
): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      const status = await tryToLogIn(loginServer, username, password, signal, pace.answer);
      if (status === 200 || status === 401) {
        return status === 200;
      }
      throw isPassing(status) ? new Error(`answered ${status}`) : new NoWayIn(`answered ${status}`);
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error) || tries >= pace.lostConnections) {
        throw new Error(
          `the registry at https://${loginServer} cannot be asked from here (${(error as Error).message})`,
        );
      }
    }
    await delay(pace.interval, undefined, { signal });
  }
}

/** The registry answered with an unexpected status, so that asking again is no use. */
class NoWayIn extends Error {}

function isFinal(error: unknown): boolean {
  return error instanceof NoWayIn || error instanceof RedirectError;
}

async function tryToLogIn(
  loginServer: string,
  username: string,
  password: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<number> {
  const url = `https://${loginServer}/oauth2/token?service=${encodeURIComponent(loginServer)}`;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const { status } = await httpGet(url, {
    headers: { authorization: `Basic ${basic}` },
    signal,
    timeoutMs,
  });
  return status;
}
