import { reportProgress } from "./progress";

const locks = new Map<string, Promise<unknown>>();

/** Runs the work once all earlier work under the same key has ended: Azure answers 409 to a second operation on a token. */
export async function withLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = locks.get(key) ?? Promise.resolve();
  const result = reportProgress(
    (seconds) => `waiting for another resource's operation on the token to end (${seconds} s)`,
    () => before,
  ).then(work);
  const settled = result.catch(() => undefined);
  locks.set(key, settled);
  try {
    return await result;
  } finally {
    if (locks.get(key) === settled) {
      locks.delete(key);
    }
  }
}
