/** Random walks through the states of a schedule, and the rules that hold after every run. */
import { expect, test } from "vitest";
import type { SlotName } from "../../../components/args/credentialFiles";
import { checkOverlap, checkPeriods, rotationPeriodDays } from "../../../components/args/periods";
import { type Day, daysAfter, daysBetween } from "../../../components/provider/clock";
import { checkOverlapToday } from "../../../components/provider/tokenCredentials/overlap";
import {
  firstSchedule,
  nextSchedule,
  otherSlot,
  type Rules,
  rotatesOn,
  type Schedule,
  type Slot,
  slotsToMake,
} from "../../../components/provider/tokenCredentials/schedule";
import { randomNumbers } from "../../support/randomNumbers";
import { repetitions } from "../../support/size";

type InForce = Schedule & Rules;

const start = "2026-01-01";

/** How many runs a walk has. */
const steps = repetitions("WALK_STEPS", { few: 500, full: 2_000 });

class Walk {
  private readonly random: () => number;
  today: Day = start;
  rules: Rules = { generation: "0" };
  now: InForce;
  /** The password that was current until the last rotation, and that day, during its overlap. */
  previous: { name: SlotName; since: Day; expiresOn?: Day } | undefined;
  readonly counts: Record<string, number> = {};

  constructor(seed: number) {
    this.random = randomNumbers(seed);
    this.now = { ...this.rules, ...firstSchedule(this.rules, start) };
  }

  upTo(most: number): number {
    return Math.floor(this.random() * (most + 1));
  }

  maybe(chance: number): boolean {
    return this.random() < chance;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** Days pass, mostly few, at times years; the program's author changes things; others meddle with a slot. */
  turn(step: number): void {
    this.today = daysAfter(this.today, this.maybe(0.02) ? this.upTo(2_000) : this.upTo(10));
    if (this.maybe(0.1)) {
      this.rules = { ...this.rules, generation: String(step) };
    }
    if (this.maybe(0.1)) {
      const expirationInDays = this.maybe(0.5) ? 2 + this.upTo(60) : undefined;
      const rotateEveryDays = this.maybe(0.5) ? 1 + this.upTo((expirationInDays ?? 60) - 2) : undefined;
      const overlapDays = this.maybe(0.6) ? 1 + this.upTo(40) : undefined;
      const jitter = this.maybe(0.3) ? this.random() : undefined;
      const changed = { generation: this.rules.generation, expirationInDays, rotateEveryDays, jitter };
      const isGood = checkOverlap({ ...changed, overlapDays }) === undefined;
      this.rules = isGood ? { ...changed, overlapDays } : changed;
      expect(checkPeriods(this.rules)).toBeUndefined();
    }
    if (this.maybe(0.05)) {
      const name: SlotName = this.maybe(0.5) ? "password1" : "password2";
      const { version, previousSince } = this.now.slots[name];
      if (this.now.slots[name].cleared === undefined) {
        const lost: Slot = { version, previousSince, lost: "cleared outside of this state" };
        this.now = { ...this.now, slots: { ...this.now.slots, [name]: lost } };
        if (this.previous?.name === name) {
          this.previous = undefined;
        }
      }
    }
  }

  /** The rules in force: the previous rules if the new rules are refused, which must have a reason. */
  accepted(): Rules {
    const { now, rules, today, previous } = this;
    const fault = checkOverlapToday(now, rules, today, "urn");
    if (fault === undefined) {
      return rules;
    }
    this.count(`refused ${fault.property}`);
    expect(previous, "no client would lose its password, so nothing may be refused").toBeDefined();
    expect(daysAfter(previous?.since ?? "", rules.overlapDays ?? 0) >= today).toBe(true);
    expect(fault.property === "generation" ? rules.generation : rules.overlapDays).not.toBe(
      now[fault.property as keyof Rules],
    );
    const { current: _current, slots: _slots, ...last } = now;
    expect(checkOverlapToday(now, last, today, "urn"), "accepted arguments stay accepted").toBeUndefined();
    return last;
  }

  run(): void {
    const { now, today } = this;
    const rules = this.accepted();
    this.rules = rules;
    const next = nextSchedule(now, rules, today);
    const made = slotsToMake(now, next);
    const course = JSON.stringify({ today, rules, now, next });
    this.checkSlots(next, made, course);
    this.checkCurrent(rules, next, made, course);
    this.checkPrevious(rules, next, made, course);
    // A second run on the same day has nothing to do.
    this.now = { ...rules, ...next };
    expect(nextSchedule(this.now, rules, today), course).toEqual(next);
    expect(checkOverlapToday(this.now, rules, today, "urn"), course).toBeUndefined();
    const day = rotatesOn(this.now, rules);
    expect(day === undefined || day > today, course).toBe(true);
  }

  /** Every slot holds a password that works today and is as old as the schedule says, or has been cleared. */
  private checkSlots(next: Schedule, made: SlotName[], course: string): void {
    const { now, today } = this;
    for (const name of ["password1", "password2"] as const) {
      const { cleared, lost, madeOn, expiresOn, version = 1 } = next.slots[name];
      expect(lost, course).toBeUndefined();
      expect(madeOn === undefined, course).toBe(cleared !== undefined);
      expect(expiresOn === undefined || expiresOn >= today, course).toBe(true);
      const before = now.slots[name].version ?? 1;
      // A slot is regenerated exactly if its day is today and its version one higher; otherwise it is unchanged.
      if (made.includes(name)) {
        expect([madeOn, version], course).toEqual([today, before + 1]);
      } else {
        expect(version, course).toBe(before);
        expect(cleared !== undefined || madeOn === now.slots[name].madeOn, course).toBe(true);
        expect(cleared !== undefined || expiresOn === now.slots[name].expiresOn, course).toBe(true);
      }
    }
    expect(next.slots[next.current].cleared, course).toBeUndefined();
  }

  /** The current password stays unless it no longer works; only a new generation or a due rotation replaces it. */
  private checkCurrent(rules: Rules, next: Schedule, made: SlotName[], course: string): void {
    const { now, today, previous } = this;
    const was = now.slots[now.current];
    const wasOfUse = was.lost === undefined && (was.expiresOn === undefined || was.expiresOn >= today);
    expect(made.includes(now.current), course).toBe(!wasOfUse);
    if (!wasOfUse) {
      this.count("fixed");
    }
    const full = rotationPeriodDays(rules) ?? Number.POSITIVE_INFINITY;
    const least = Math.min((rules.overlapDays ?? 0) + 1, full);
    const isSpread = rules.jitter !== undefined && (was.version ?? 1) === 1 && Number.isFinite(full);
    const period = isSpread ? least + Math.floor((rules.jitter ?? 0) * (full - least + 1)) : full;
    const { madeOn = today, expiresOn } = was;
    const life = expiresOn === undefined ? Number.POSITIVE_INFINITY : daysBetween(madeOn, expiresOn);
    const days = period < life ? period : Math.floor(life / 2);
    const isOver = was.madeOn !== undefined && Number.isFinite(days) && daysAfter(madeOn, days) <= today;
    const isAsked = now.generation !== rules.generation;
    expect(next.current, course).toBe(
      (isOver && !this.isPromised(rules)) || isAsked ? otherSlot(now.current) : now.current,
    );
    if (isOver && this.isPromised(rules)) {
      this.count("waited for the overlap");
      expect(expiresOn !== undefined && expiresOn > daysAfter(previous?.since ?? "", 0), course).toBe(true);
    }
    if (next.current !== now.current) {
      this.count("rotated");
      expect(made, course).toContain(next.current);
    }
  }

  /** The previous password works until its day, and no longer. */
  private checkPrevious(rules: Rules, next: Schedule, made: SlotName[], course: string): void {
    const { now, today, previous } = this;
    const cleared = next.slots[otherSlot(next.current)].cleared;
    if (previous === undefined) {
      const wasLost = now.slots[otherSlot(now.current)].lost !== undefined;
      const wasCleared = now.slots[otherSlot(now.current)].cleared !== undefined;
      expect(cleared === undefined || wasLost || wasCleared, `never current, and cleared: ${course}`).toBe(
        true,
      );
    } else if (this.isPromised(rules)) {
      expect(made, course).not.toContain(previous.name);
      expect(next.slots[previous.name].cleared, course).toBeUndefined();
    } else if (rules.overlapDays !== undefined) {
      expect(made.includes(previous.name) || cleared !== undefined, `still there: ${course}`).toBe(true);
      this.count(cleared ? "cleared" : "rotated over");
    } else {
      expect(cleared, course).toBeUndefined();
    }
    const was = now.slots[now.current];
    if (next.current !== now.current) {
      const stays = !made.includes(now.current);
      this.previous = stays ? { name: now.current, since: today, expiresOn: was.expiresOn } : undefined;
    } else if (previous && (made.includes(previous.name) || cleared !== undefined)) {
      this.previous = undefined;
    }
  }

  /** Whether the previous password is to work today. */
  private isPromised({ overlapDays }: Rules): boolean {
    const { previous, today } = this;
    return (
      previous !== undefined &&
      overlapDays !== undefined &&
      daysAfter(previous.since, overlapDays) >= today &&
      (previous.expiresOn === undefined || previous.expiresOn >= today)
    );
  }
}

/** The changes that all walks reached. */
const met: Record<string, number> = {};

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "the previous password works after a run, for its overlap and no longer (walk %i)",
  (seed) => {
    const walk = new Walk(seed);
    for (let step = 1; step <= steps; step += 1) {
      walk.turn(step);
      walk.run();
    }
    for (const [what, times] of Object.entries(walk.counts)) {
      met[what] = (met[what] ?? 0) + times;
    }
  },
);

test("the walks reach every kind of change", () => {
  for (const what of ["rotated", "fixed", "cleared", "rotated over", "refused generation"]) {
    expect(met[what] ?? 0, what).toBeGreaterThan(10);
  }
  // These are rare.
  for (const what of steps < 2_000 ? [] : ["refused overlapDays", "waited for the overlap"]) {
    expect(met[what] ?? 0, what).toBeGreaterThan(3);
  }
});
