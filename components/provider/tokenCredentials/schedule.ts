import { type SlotName, slotNames } from "../../common/credentialFiles";
import { type Periods, rotationPeriod } from "../../common/periods";
import { type Day, daysAfter, daysBetween } from "../clock";
import { firstPeriod } from "./spread";

/** What is known of one password slot without its password: enough to decide when it needs a new one. */
export interface Slot {
  /**
   * How many passwords the slot has been given, so that one that is made anew on the day of the last shows too. Absent in
   * states of version 0.1.0, which did not count: one.
   */
  readonly count?: number;
  /** The day on which its password was made. Absent where it holds none of ours. */
  readonly madeOn?: Day;
  /** The day on which its password stops working. Absent: never. */
  readonly expiresOn?: Day;
  /** The day of the rotation since which its password is no longer the current one. Absent: it never was, or still is. */
  readonly previousSince?: Day;
  /** Why its password is no longer ours: somebody else made a new one, or cleared it. */
  readonly lost?: string;
  /** Why its password is not known and left alone: somebody else made it, and may log in with it. */
  readonly kept?: string;
  /** Why it holds no password until the next rotation makes one: its overlap is over. */
  readonly cleared?: string;
}

/**
 * Which password of which day each slot is to hold, and which slot is the current one. It stands in the inputs, so that
 * whatever is going to happen to a password is an ordinary change of an input, which a preview shows.
 */
export interface Schedule {
  readonly current: SlotName;
  readonly slots: Readonly<Record<SlotName, Slot>>;
}

/** What the schedule depends on. */
export interface Rules extends Periods {
  readonly generation?: string;
  /** Where the token stands among those whose first periods are spread, from 0 to 1; undefined: its first one is full. */
  readonly place?: number;
}

/** The slot that is not this one. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === "password1" ? "password2" : "password1";
}

/**
 * The schedule of passwords that do not exist yet: both made today, password1 the current one. The other one has never been
 * the current one, so that no overlap ends it: it stays until the first rotation makes it anew.
 */
export function firstSchedule(rules: Rules, today: Day): Schedule {
  const slot = newSlot(rules, today);
  return { current: "password1", slots: { password1: slot, password2: slot } };
}

/**
 * The schedule as of today. Nothing moves without a reason:
 *
 * - a rotation is due when the current password has been so for its time, or when the generation has changed. It gives the
 *   *other* slot a new password and makes that one current, so that a client that still has the password that was current
 *   until now can go on until the next rotation, or until its overlap is over;
 * - a previous password whose overlap is over is cleared, unless a rotation makes its slot anew anyway;
 * - a slot whose password is lost or has expired gets a new one, and stays what it was.
 *
 * @param before the schedule in force, and the rules that it was made under; today's cut no overlap short (overlap.ts)
 */
export function nextSchedule(before: Schedule & Rules, rules: Rules, today: Day): Schedule {
  const rotates = isRotationDue(before, rules, today);
  const current = rotates ? otherSlot(before.current) : before.current;
  const overlapEnds = overlapEnd(before, rules);
  const slotNow = (name: SlotName): Slot => {
    const slot = before.slots[name];
    if (rotates && name === current) {
      return newSlot(rules, today, slot);
    }
    if (name !== before.current && overlapEnds !== undefined && overlapEnds <= today) {
      return { count: countOf(slot), cleared: `on ${today}, as its overlap ended on ${overlapEnds}` };
    }
    if (slot.lost !== undefined || hasExpired(slot, today)) {
      return newSlot(rules, today, slot);
    }
    return rotates ? { ...slot, previousSince: today } : slot;
  };
  return { current, slots: { password1: slotNow("password1"), password2: slotNow("password2") } };
}

/** The slots that need a new password to get from what is to what the schedule wants. */
export function slotsToMake(now: Schedule, wanted: Schedule): SlotName[] {
  return slotNames.filter((name) => countOf(now.slots[name]) !== countOf(wanted.slots[name]));
}

/** The day from which a run rotates; undefined: never by time. */
export function rotatesOn(schedule: Schedule, rules: Rules): Day | undefined {
  const slot = schedule.slots[schedule.current];
  const days = daysAsCurrent(slot, rules);
  if (days === undefined || slot.madeOn === undefined) {
    return undefined;
  }
  const due = daysAfter(slot.madeOn, days);
  // A period is longer than an overlap, but half the life of a password made under other rules may not be.
  const promised = promisedUntil(schedule, rules);
  return promised !== undefined && promised > due ? promised : due;
}

/**
 * The day on which the overlap of the previous password ends, at the latest that on which it expires; undefined: there is
 * none, or it has no end but the next rotation.
 */
export function overlapEnd(schedule: Schedule, { overlapDays }: Rules): Day | undefined {
  const since = previousSince(schedule);
  if (since === undefined || overlapDays === undefined) {
    return undefined;
  }
  const end = daysAfter(since, overlapDays);
  const { expiresOn } = schedule.slots[otherSlot(schedule.current)];
  return expiresOn !== undefined && expiresOn < end ? expiresOn : end;
}

/** The same, where the previous password is still there to be cut off. */
export function promisedUntil(schedule: Schedule, rules: Rules): Day | undefined {
  const isThere = schedule.slots[otherSlot(schedule.current)].lost === undefined;
  return isThere ? overlapEnd(schedule, rules) : undefined;
}

/** The day of the last rotation, where the slot that is not current holds the password that was current until then. */
function previousSince({ current, slots }: Schedule): Day | undefined {
  const now = slots[current];
  const other = slots[otherSlot(current)];
  const isCounted = now.count !== undefined || other.count !== undefined;
  if (other.previousSince !== undefined || isCounted || !now.madeOn || !other.madeOn) {
    return other.previousSince;
  }
  // Version 0.1.0 did not say. There the rotation made the current password, and the other one is not younger; of two that
  // are of one day password1 is the current one until a rotation.
  const isOlder = other.madeOn < now.madeOn;
  return isOlder || (other.madeOn === now.madeOn && current === "password2") ? now.madeOn : undefined;
}

/** Whether the program asks for a rotation. */
export function asksForRotation(before: Rules, { generation }: Rules): boolean {
  return before.generation !== undefined && generation !== undefined && before.generation !== generation;
}

/** Whether a password's last day has come. */
export function hasExpired(slot: Slot, today: Day): boolean {
  return slot.expiresOn !== undefined && slot.expiresOn <= today;
}

function isRotationDue(before: Schedule & Rules, rules: Rules, today: Day): boolean {
  const day = rotatesOn(before, rules);
  return asksForRotation(before, rules) || (day !== undefined && day <= today);
}

/** For how many days a password may be the current one; undefined: until something else rotates it. */
function daysAsCurrent(slot: Slot, rules: Rules): number | undefined {
  const { madeOn, expiresOn } = slot;
  const { place, overlapDays } = rules;
  const full = rotationPeriod(rules);
  const isSpread = full !== undefined && place !== undefined && countOf(slot) === 1;
  const period = isSpread ? firstPeriod(full, place, overlapDays) : full;
  if (madeOn === undefined || expiresOn === undefined) {
    return period;
  }
  // It may have been made under other rules, by which it expires before the period of today's rules has passed.
  const life = daysBetween(madeOn, expiresOn);
  return period !== undefined && period < life ? period : Math.floor(life / 2);
}

/** How many passwords a slot has been given. */
export function countOf({ count = 1 }: Slot): number {
  return count;
}

/** A slot with a password that is made today, in the place of what it held. */
export function newSlot({ expirationInDays }: Rules, today: Day, before?: Slot): Slot {
  return {
    count: before === undefined ? 1 : countOf(before) + 1,
    madeOn: today,
    ...(expirationInDays !== undefined && { expiresOn: daysAfter(today, expirationInDays) }),
  };
}
