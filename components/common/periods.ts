/** How long a password is the current one, how long it goes on after that, and how long it lives. */
export interface Periods {
  readonly rotateEveryDays?: number;
  readonly expirationInDays?: number;
  readonly overlapDays?: number;
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

/** What is wrong with `overlapDays` beside the other two, as a sentence without its subject. */
export function checkOverlap(periods: Periods): string | undefined {
  const { overlapDays, rotateEveryDays, expirationInDays } = periods;
  const period = rotationPeriod(periods);
  if (overlapDays === undefined || period === undefined) {
    return undefined;
  }
  if (overlapDays >= period) {
    const which = rotateEveryDays === undefined ? ", its default (half of expirationInDays)" : "";
    return `must be less than rotateEveryDays, so that a rotation cuts nobody off, got ${overlapDays} with rotateEveryDays ${period}${which}`;
  }
  // Where expirationInDays itself is wrong, that is said of it.
  return expirationInDays !== undefined &&
    period < expirationInDays &&
    period + overlapDays > expirationInDays
    ? `must not be more than expirationInDays less rotateEveryDays, so that a password does not expire before its overlap is over, got ${overlapDays} with expirationInDays ${expirationInDays} and rotateEveryDays ${period}`
    : undefined;
}
