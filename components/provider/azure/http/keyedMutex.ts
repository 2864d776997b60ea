import { reportProgress } from "./progress";

/** For each key, the end of the last work. A run has one key for each token, so no key is removed. */
const locks = new Map<string, Promise<void>>();

const ignore = () => {};

/** Runs the work once all earlier work under the same key has ended: Azure answers 409 to a second operation on a token. */
export function withLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = locks.get(key) ?? Promise.resolve();
  const result = reportProgress(
    (seconds) => `waiting for another resource's operation on the token to end (${seconds} s)`,
    () => before,
  ).then(work);
  locks.set(key, result.then(ignore, ignore));
  return result;
}
