/** A delay that is up to a quarter longer, so that calls that began together do not all retry at the same moment. */
export function jitter(delayMs: number): number {
  return delayMs * (1 + Math.random() / 4);
}
