import { reportProgress } from "./http/progress";

const underWay = new Map<string, Promise<unknown>>();

/**
 * Runs one piece of work at a time for each key, in the order of the calls: Azure answers 409 to a second operation on
 * the same token.
 */
export async function exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(key) ?? Promise.resolve();
  const result = reportProgress(
    (seconds) => `waiting for another resource's operation on the token to end (${seconds} s)`,
    () => before,
  ).then(work);
  const settled = result.catch(() => undefined);
  underWay.set(key, settled);
  try {
    return await result;
  } finally {
    if (underWay.get(key) === settled) {
      underWay.delete(key);
    }
  }
}
