import { createHash } from "node:crypto";

/**
 * The jitter of a token's first rotation: a number from 0 up to 1, derived from the resource id alone, so that every machine
 * and every version computes the same number. Similar ids get unrelated numbers.
 */
export function jitterOf(tokenId: string): number {
  // Azure compares ids without regard to case.
  return createHash("sha256").update(tokenId.toLowerCase()).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** How many days a token's first period has: at least one day more than the overlap, at most the full period. */
export function firstPeriodDays(periodDays: number, jitter: number, overlapDays = 0): number {
  const least = Math.min(overlapDays + 1, periodDays);
  return least + Math.floor(jitter * (periodDays - least + 1));
}
