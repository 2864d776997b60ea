import { describe, expect, test } from "vitest";
import { checkOverlap, checkPeriods, type Periods } from "../../../components/args/periods";

describe("expirationInDays beside rotateEveryDays", () => {
  test.each<[Periods, string | undefined]>([
    [{}, undefined],
    [{ rotateEveryDays: 30 }, undefined],
    [{ expirationInDays: 31 }, undefined],
    [{ rotateEveryDays: 30, expirationInDays: 31 }, undefined],
    [
      { rotateEveryDays: 30, expirationInDays: 30 },
      "must be more than rotateEveryDays, so that the current password is replaced before it expires, got 30 with rotateEveryDays 30",
    ],
  ])("%j", (periods, reason) => {
    expect(checkPeriods(periods)).toBe(reason);
  });
});

describe("overlapDays beside the other days", () => {
  test.each<[Periods, string | undefined]>([
    [{ overlapDays: 7 }, undefined],
    [{ overlapDays: 29, rotateEveryDays: 30 }, undefined],
    [
      { overlapDays: 30, rotateEveryDays: 30 },
      "must be less than rotateEveryDays, so that the previous password works until the end of its overlap, got 30 with rotateEveryDays 30",
    ],
    [{ overlapDays: 14, expirationInDays: 31 }, undefined],
    [
      { overlapDays: 15, expirationInDays: 31 },
      "must be less than rotateEveryDays, so that the previous password works until the end of its overlap, got 15 with rotateEveryDays 15, its default (half of expirationInDays)",
    ],
    [{ overlapDays: 10, rotateEveryDays: 30, expirationInDays: 40 }, undefined],
    [
      { overlapDays: 11, rotateEveryDays: 30, expirationInDays: 40 },
      "must not be more than expirationInDays less rotateEveryDays, so that a password does not expire before the end of its overlap, got 11 with expirationInDays 40 and rotateEveryDays 30",
    ],
    // The rule for expirationInDays reports this.
    [{ overlapDays: 11, rotateEveryDays: 30, expirationInDays: 20 }, undefined],
    [{ overlapDays: 11, rotateEveryDays: 30, expirationInDays: 30 }, undefined],
    [{ rotateEveryDays: 30, expirationInDays: 40 }, undefined],
  ])("%j", (periods, fault) => {
    expect(checkOverlap(periods)).toBe(fault);
  });
});
