/** How long a password is the current one, works after that, and lives. */
export interface Periods {
  readonly rotateEveryDays?: number;
  readonly expirationInDays?: number;
  readonly overlapDays?: number;
}

/** How many days a password is the current one. Undefined if no rotation is due by time. */
export function rotationPeriodDays({ rotateEveryDays, expirationInDays }: Periods): number | undefined {
  if (rotateEveryDays !== undefined || expirationInDays === undefined) {
    return rotateEveryDays;
  }
  // Half, so that the current password of a stack that is updated regularly does not expire.
  return Math.floor(expirationInDays / 2);
}

/** What is wrong with `expirationInDays` beside `rotateEveryDays`, as a sentence without its subject. */
export function checkPeriods(periods: Periods): string | undefined {
  const { expirationInDays } = periods;
  const period = rotationPeriodDays(periods);
  return expirationInDays !== undefined && period !== undefined && period >= expirationInDays
    ? `must be more than rotateEveryDays, so that the current password is replaced before it expires, got ${expirationInDays} with rotateEveryDays ${period}`
    : undefined;
}

/** What is wrong with `overlapDays` beside the other two arguments, as a sentence without its subject. */
export function checkOverlap(periods: Periods): string | undefined {
  const { overlapDays, rotateEveryDays, expirationInDays } = periods;
  const period = rotationPeriodDays(periods);
  if (overlapDays === undefined || period === undefined) {
    return undefined;
  }
  if (overlapDays >= period) {
    const which = rotateEveryDays === undefined ? ", its default (half of expirationInDays)" : "";
    return `must be less than rotateEveryDays, so that the previous password works until the end of its overlap, got ${overlapDays} with rotateEveryDays ${period}${which}`;
  }
  // checkPeriods reports an expirationInDays that is itself too short.
  return expirationInDays !== undefined &&
    period < expirationInDays &&
    period + overlapDays > expirationInDays
    ? `must not be more than expirationInDays less rotateEveryDays, so that a password does not expire before the end of its overlap, got ${overlapDays} with expirationInDays ${expirationInDays} and rotateEveryDays ${period}`
    : undefined;
}
