import { type SlotName, slotNames } from "../../common/credentialFiles";
import { type Periods, rotationPeriod } from "../../common/periods";
import { type Day, daysAfter, daysBetween } from "../clock";

/** What is known of one password slot without its password: enough to decide when it needs a new one. */
export interface Slot {
  /** The day on which its password was made. Absent where the password is lost. */
  readonly madeOn?: Day;
  /** The day on which its password stops working. Absent: never. */
  readonly expiresOn?: Day;
  /** Why its password is no longer ours: somebody else made a new one, or cleared it. */
  readonly lost?: string;
  /** Why its password is not known and left alone: somebody else made it, and may log in with it. */
  readonly kept?: string;
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
}

/** The slot that is not this one. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === "password1" ? "password2" : "password1";
}

/** The schedule of passwords that do not exist yet: both made today, password1 the current one. */
export function firstSchedule(rules: Rules, today: Day): Schedule {
  const slot = newSlot(rules, today);
  return { current: "password1", slots: { password1: slot, password2: slot } };
}

/**
 * The schedule as of today. Nothing moves without a reason:
 *
 * - a rotation is due when the current password has been so for its time, or when the generation has changed. It gives the *other* slot a new password and makes that one current, so that a client that still has the password
 *   that was current until now can go on until the next rotation;
 * - a slot whose password is lost or has expired gets a new one, and stays what it was.
 *
 * @param before the schedule in force, and the rules that it was made under
 */
export function nextSchedule(before: Schedule & Rules, rules: Rules, today: Day): Schedule {
  const rotates = isRotationDue(before, rules, today);
  const current = rotates ? otherSlot(before.current) : before.current;
  const slotNow = (name: SlotName): Slot => {
    const slot = before.slots[name];
    const isNew = (rotates && name === current) || slot.lost !== undefined || hasExpired(slot, today);
    return isNew ? newSlot(rules, today) : slot;
  };
  return { current, slots: { password1: slotNow("password1"), password2: slotNow("password2") } };
}

/** The slots that need a new password to get from what is to what the schedule wants. */
export function slotsToMake(now: Schedule, wanted: Schedule): SlotName[] {
  return slotNames.filter((name) => {
    const isNewlyCurrent = wanted.current === name && now.current !== name;
    return isNewlyCurrent || now.slots[name].madeOn !== wanted.slots[name].madeOn;
  });
}

function isRotationDue(before: Schedule & Rules, rules: Rules, today: Day): boolean {
  const isOther = before.generation !== rules.generation;
  if (isOther && before.generation !== undefined && rules.generation !== undefined) {
    return true;
  }
  const slot = before.slots[before.current];
  const days = daysAsCurrent(slot, rules);
  return days !== undefined && slot.madeOn !== undefined && daysAfter(slot.madeOn, days) <= today;
}

/** For how many days a password may be the current one; undefined: until something else rotates it. */
function daysAsCurrent({ madeOn, expiresOn }: Slot, rules: Rules): number | undefined {
  const period = rotationPeriod(rules);
  if (madeOn === undefined || expiresOn === undefined) {
    return period;
  }
  // It may have been made under other rules, by which it expires before the period of today's rules has passed.
  const life = daysBetween(madeOn, expiresOn);
  return period !== undefined && period < life ? period : Math.floor(life / 2);
}

function hasExpired(slot: Slot, today: Day): boolean {
  return slot.expiresOn !== undefined && slot.expiresOn <= today;
}

/** The slot of a password that is made today. */
export function newSlot({ expirationInDays }: Rules, today: Day): Slot {
  return expirationInDays === undefined
    ? { madeOn: today }
    : { madeOn: today, expiresOn: daysAfter(today, expirationInDays) };
}
