import { type SlotName, slotNames } from "../../args/credentialFiles";
import { type Periods, rotationPeriodDays } from "../../args/periods";
import { type Day, daysAfter, daysBetween } from "../clock";
import { firstPeriodDays } from "./rotationJitter";

/** What the inputs say about one password slot. The password itself is in the outputs. */
export interface Slot {
  /**
   * How many passwords the slot has had. A password that is regenerated on the day of the last one also changes an input, and
   * so shows in a preview. States of version 0.1.0 have no version: it is 1.
   */
  readonly version?: number;
  /** The day on which Azure generated the password. Absent if the slot holds no password of this resource. */
  readonly madeOn?: Day;
  /** The last day on which the password works: Azure ends it within that day, in UTC. Absent: it never expires. */
  readonly expiresOn?: Day;
  /** The day of the rotation that ended the password's time as the current one. Absent: it is current, or never was. */
  readonly previousSince?: Day;
  /** Why the slot lost its password: someone else regenerated or cleared it. */
  readonly lost?: string;
  /** Why this resource leaves the slot alone: someone may log in with its password, whose value the provider does not know. */
  readonly unmanaged?: string;
  /** Why the slot has no password until the next rotation: its overlap has ended, or, with keyVault, nobody could get it. */
  readonly cleared?: string;
  /** With keyVault: why clients cannot get the current password from the vault. The next run rotates. */
  readonly unavailable?: string;
}

/**
 * Which slot is current, and the password of which day each slot holds. The schedule is part of the inputs, so that every
 * change of a password is a change of an input, which a preview shows.
 */
export interface Schedule {
  readonly current: SlotName;
  readonly slots: Readonly<Record<SlotName, Slot>>;
}

/** The arguments that the schedule depends on. */
export interface Rules extends Periods {
  readonly generation?: string;
  /** The jitter of the token's first period, from 0 up to 1. Undefined: the first period is a full one. */
  readonly jitter?: number;
}

/** The slot that is not this one. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === "password1" ? "password2" : "password1";
}

/**
 * The schedule of a new token: both passwords are generated today, and password1 is current. No overlap ends password2,
 * because it was never current. It works until the first rotation regenerates it.
 */
export function firstSchedule(rules: Rules, today: Day): Schedule {
  const slot = newSlot(rules, today);
  return { current: "password1", slots: { password1: slot, password2: slot } };
}

/**
 * The schedule as of today:
 *
 * - A rotation is due if the current password has reached the end of its period, or if the generation has changed. The
 *   rotation regenerates the *other* slot and makes it current. Clients that still have the password that was current can
 *   log in until the next rotation, or until the end of the overlap.
 * - A previous password is cleared after its overlap, unless a rotation regenerates its slot.
 * - A slot whose password is lost or has expired is regenerated, and keeps its role.
 *
 * @param before the schedule in force, and the rules it was made under
 * @param rules today's rules; `checkOverlapToday` refuses those that would end an overlap early
 */
export function nextSchedule(before: Schedule & Rules, rules: Rules, today: Day): Schedule {
  const rotates = isRotationDue(before, rules, today);
  const current = rotates ? otherSlot(before.current) : before.current;
  const lastOverlapDay = overlapEnd(before, rules);
  const slotNow = (name: SlotName): Slot => {
    const { unavailable, ...slot } = before.slots[name];
    if (rotates && name === current) {
      return newSlot(rules, today, slot);
    }
    const isOver = lastOverlapDay !== undefined && lastOverlapDay < today;
    if (name !== before.current && isOver && slot.unmanaged === undefined) {
      return {
        version: versionOf(slot),
        cleared: `on ${today}, because its overlap ended on ${lastOverlapDay}`,
      };
    }
    if (slot.lost !== undefined || hasExpired(slot, today)) {
      return newSlot(rules, today, slot);
    }
    return rotates ? { ...slot, previousSince: today } : { ...slot, ...(unavailable && { unavailable }) };
  };
  return { current, slots: { password1: slotNow("password1"), password2: slotNow("password2") } };
}

/** The slots to regenerate on the way from one schedule to the next. */
export function slotsToMake(now: Schedule, wanted: Schedule): SlotName[] {
  return slotNames.filter((name) => versionOf(now.slots[name]) !== versionOf(wanted.slots[name]));
}

/** The day from which a run rotates. Undefined if no rotation is due by time. */
export function rotatesOn(schedule: Schedule, rules: Rules): Day | undefined {
  const slot = schedule.slots[schedule.current];
  const days = daysAsCurrent(slot, rules);
  if (slot.madeOn === undefined || (days === undefined && slot.unavailable === undefined)) {
    return undefined;
  }
  const due = daysAfter(slot.madeOn, slot.unavailable === undefined ? (days ?? 0) : 0);
  // A period is longer than an overlap, but half the life of a password made under other rules can be shorter.
  const promised = promisedUntil(schedule, rules);
  return promised !== undefined && promised >= due ? daysAfter(promised, 1) : due;
}

/**
 * The last day on which the previous password has to work: the overlap has `overlapDays` times 24 hours at any time of
 * the rotation, unless the password expires earlier. Undefined if there is no previous password, or no end but the next
 * rotation.
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

/** {@link overlapEnd} of a previous password that still exists. */
export function promisedUntil(schedule: Schedule, rules: Rules): Day | undefined {
  const exists = schedule.slots[otherSlot(schedule.current)].lost === undefined;
  return exists ? overlapEnd(schedule, rules) : undefined;
}

/** The day of the last rotation, if the slot that is not current holds the password that was current until then. */
function previousSince({ current, slots }: Schedule): Day | undefined {
  const now = slots[current];
  const other = slots[otherSlot(current)];
  const hasVersion = now.version !== undefined || other.version !== undefined;
  if (other.previousSince !== undefined || hasVersion || !now.madeOn || !other.madeOn) {
    return other.previousSince;
  }
  // States of version 0.1.0 have no previousSince. In them a rotation made the current password, so that the other one is not
  // younger. If both are of one day, password1 is current until a rotation.
  const isOlder = other.madeOn < now.madeOn;
  return isOlder || (other.madeOn === now.madeOn && current === "password2") ? now.madeOn : undefined;
}

/** Whether the program asks for a rotation. */
export function asksForRotation(before: Rules, { generation }: Rules): boolean {
  return before.generation !== undefined && generation !== undefined && before.generation !== generation;
}

/** Whether a password has certainly expired: its last day is over. */
export function hasExpired(slot: Slot, today: Day): boolean {
  return slot.expiresOn !== undefined && slot.expiresOn < today;
}

function isRotationDue(before: Schedule & Rules, rules: Rules, today: Day): boolean {
  const day = rotatesOn(before, rules);
  return asksForRotation(before, rules) || (day !== undefined && day <= today);
}

/** How many days a password may be current. Undefined if no rotation is due by time. */
function daysAsCurrent(slot: Slot, rules: Rules): number | undefined {
  const { madeOn, expiresOn } = slot;
  const { jitter, overlapDays } = rules;
  const full = rotationPeriodDays(rules);
  const hasJitter = full !== undefined && jitter !== undefined && versionOf(slot) === 1;
  const period = hasJitter ? firstPeriodDays(full, jitter, overlapDays) : full;
  if (madeOn === undefined || expiresOn === undefined) {
    return period;
  }
  // A password made under other rules can expire before the end of today's period.
  const lifeDays = daysBetween(madeOn, expiresOn);
  return period !== undefined && period < lifeDays ? period : Math.floor(lifeDays / 2);
}

/** How many passwords a slot has had. */
export function versionOf({ version = 1 }: Slot): number {
  return version;
}

/** A slot with a password that is generated today, instead of the one before. */
export function newSlot({ expirationInDays }: Rules, today: Day, before?: Slot): Slot {
  return {
    version: before === undefined ? 1 : versionOf(before) + 1,
    madeOn: today,
    ...(expirationInDays !== undefined && { expiresOn: daysAfter(today, expirationInDays) }),
  };
}
