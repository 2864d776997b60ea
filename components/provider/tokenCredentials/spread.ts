import { createHash } from "node:crypto";

/**
 * Where a token stands among all: a number from 0 to 1, 1 excluded, that its resource id alone decides, so that it is the
 * same on every machine and in every version. Ids that are close to each other are not close in this.
 */
export function placeOf(tokenId: string): number {
  // Azure's ids are the same in any case.
  return createHash("sha256").update(tokenId.toLowerCase()).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** How many days of a period a token's first one has: at least one more than the overlap, at most all. */
export function firstPeriod(period: number, place: number, overlapDays = 0): number {
  const least = Math.min(overlapDays + 1, period);
  return least + Math.floor(place * (period - least + 1));
}
