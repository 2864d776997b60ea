/** How long a password is the current one, and how long it lives. */
export interface Periods {
  readonly rotateEveryDays?: number;
  readonly expirationInDays?: number;
}

/** For how many days a password is the current one; undefined: until something else rotates it. */
export function rotationPeriod({ rotateEveryDays, expirationInDays }: Periods): number | undefined {
  if (rotateEveryDays !== undefined || expirationInDays === undefined) {
    return rotateEveryDays;
  }
  // Half, so that a stack that is updated regularly never holds an expired password.
  return Math.floor(expirationInDays / 2);
}

/** What is wrong with `expirationInDays` beside `rotateEveryDays`, as a sentence without its subject. */
export function checkPeriods(periods: Periods): string | undefined {
  const { expirationInDays } = periods;
  const period = rotationPeriod(periods);
  return expirationInDays !== undefined && period !== undefined && period >= expirationInDays
    ? `must be more than rotateEveryDays, so that the current password is replaced before it expires, got ${expirationInDays} with rotateEveryDays ${period}`
    : undefined;
}
