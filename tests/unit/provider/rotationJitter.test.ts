/** A fleet that was created on one day does not rotate on one day. */
import { describe, expect, test } from "vitest";
import { daysAfter, daysBetween } from "../../../components/provider/clock";
import { firstPeriodDays, jitterOf } from "../../../components/provider/tokenCredentials/rotationJitter";
import {
  firstSchedule,
  nextSchedule,
  type Rules,
  rotatesOn,
  type Schedule,
} from "../../../components/provider/tokenCredentials/schedule";

const start = "2026-01-01";

function tokenId(name: string): string {
  return `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/myregistry/tokens/${name}`;
}

describe("a token's jitter", () => {
  test("is the same on every machine and in every version", () => {
    expect(jitterOf(tokenId("build-agent"))).toBe(0.436582873980381);
    expect(jitterOf(tokenId("device-0001"))).toBe(0.4367417914601113);
    expect(jitterOf(tokenId("device-0002"))).toBe(0.07606701211244626);
  });

  test("does not depend on the case in which Azure or a program writes its id", () => {
    expect(jitterOf(tokenId("build-agent").toUpperCase())).toBe(jitterOf(tokenId("build-agent")));
  });
});

describe("a first period", () => {
  test.each<[number, number, number | undefined, number]>([
    [90, 0, undefined, 1],
    [90, 0.5, undefined, 46],
    [90, 0.999999, undefined, 90],
    [90, 0, 7, 8],
    [90, 0.999999, 7, 90],
    [1, 0.7, undefined, 1],
    [8, 0.3, 7, 8],
  ])("of %i days, at %d, with overlapDays %s: %i", (period, jitter, overlapDays, days) => {
    expect(firstPeriodDays(period, jitter, overlapDays)).toBe(days);
  });

  test("is followed by full ones, and is full for a first password that was fixed", () => {
    const rules = { rotateEveryDays: 90, jitter: 0.25 };
    const first = firstSchedule(rules, start);
    expect(rotatesOn(first, rules)).toBe(daysAfter(start, 23));
    const second = nextSchedule({ ...rules, ...first }, rules, daysAfter(start, 23));
    expect(rotatesOn(second, rules)).toBe(daysAfter(start, 23 + 90));
    const lost = { ...first, slots: { ...first.slots, password1: { version: 1, lost: "cleared" } } };
    const mended = nextSchedule({ ...rules, ...lost }, rules, daysAfter(start, 5));
    expect(rotatesOn(mended, rules)).toBe(daysAfter(start, 95));
  });

  test("needs a period, its default included", () => {
    expect(rotatesOn(firstSchedule({}, start), { jitter: 0.5 })).toBeUndefined();
    const rules = { expirationInDays: 180, jitter: 0.5 };
    expect(rotatesOn(firstSchedule(rules, start), rules)).toBe(daysAfter(start, 46));
  });

  test("does not delay a password that expires before", () => {
    const short = firstSchedule({ expirationInDays: 20 }, start);
    expect(rotatesOn(short, { rotateEveryDays: 90, jitter: 0.9 })).toBe(daysAfter(start, 10));
  });
});

describe.each<[string, Rules]>([
  ["a period of 90 days", { rotateEveryDays: 90 }],
  ["a period of 90 days and an overlap of 7", { rotateEveryDays: 90, overlapDays: 7 }],
  ["the period that an expiry of 180 days gives", { expirationInDays: 180 }],
])("1,000 tokens that are created on one day, with %s, and an up every day", (_name, rules) => {
  const tokens = Array.from({ length: 1_000 }, (_token, index) => {
    const own = { ...rules, jitter: jitterOf(tokenId(`device-${index}`)) };
    return { own, now: firstSchedule(own, start) as Schedule, currentSince: start };
  });
  const period = 90;
  const rotations: number[] = Array(3_651).fill(0);
  let longest = 0;
  let hasExpired = false;
  for (const token of tokens) {
    // Once the first period is over, the days on which nothing can happen are left out.
    const next = (days: number) =>
      days < 100
        ? days + 1
        : Math.max(days + 1, daysBetween(start, String(rotatesOn(token.now, token.own))) - 1);
    for (let days = 1; days <= 3_650; days = next(days)) {
      const today = daysAfter(start, days);
      const { current, slots } = token.now;
      hasExpired ||= (slots[current].expiresOn ?? "9") <= today;
      longest = Math.max(longest, daysBetween(token.currentSince, today));
      token.now = nextSchedule({ ...token.own, ...token.now }, token.own, today);
      if (token.now.current !== current) {
        token.currentSince = today;
        rotations[days] = (rotations[days] as number) + 1;
      }
    }
  }
  const share = tokens.length / period;

  test("rotate on no day more than 2.5 times their share, in the first period and over ten years", () => {
    expect(Math.max(...rotations.slice(1, period + 1))).toBeLessThanOrEqual(2.5 * share);
    expect(Math.max(...rotations.slice(1))).toBeLessThanOrEqual(2.5 * share);
    expect(rotations.reduce((sum, count) => sum + count)).toBeGreaterThan(40 * tokens.length);
    // Each of them once in its first period.
    expect(rotations.slice(1, period + 1).reduce((sum, count) => sum + count)).toBe(tokens.length);
  });

  test("have no password that is current for longer than the period, or expires while it is", () => {
    expect(longest).toBe(period);
    expect(hasExpired).toBe(false);
  });
});

test("without the argument all of them rotate on one day", () => {
  const rules = { rotateEveryDays: 90 };
  expect(rotatesOn(firstSchedule(rules, start), rules)).toBe(daysAfter(start, 90));
});
