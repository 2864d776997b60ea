import { type SlotName, slotNames } from "../../../args/credentialFiles";
import { type Day, daysAfter } from "../../clock";
import { nextSchedule, promisedUntil, type Schedule, type Slot, versionOf } from "../schedule";
import { type Inputs, rulesOf } from "../state";
import { withSlot } from "./plan";

/**
 * The schedule of an update that takes the passwords out of their secret, if someone has purged some of them. Nobody can read the
 * value of a purged password, but clients may still have it. The slot of a purged password is left alone until the next rotation.
 * If the purged password is the current one, the update rotates.
 *
 * @param before the inputs in the state
 * @param wanted the checked inputs
 * @param purged the slots whose passwords stay and are no longer in the secret
 * @param secret the secret, for messages
 * @throws Error if the current password is purged and a rotation would end the overlap of the previous one
 */
export function withoutPurged(
  before: Inputs,
  wanted: Inputs,
  purged: readonly SlotName[],
  secret: string,
  today: Day,
): Schedule {
  const { current } = before;
  const rotates = wanted.current !== current;
  let schedule: Schedule = wanted;
  if (purged.includes(current) && !rotates) {
    const unavailable = { ...before.slots[current], unavailable: "purged" };
    const rules = rulesOf(wanted);
    schedule = nextSchedule({ ...before, ...withSlot(before, current, unavailable) }, rules, today);
    if (schedule.current === current) {
      throw new Error(
        `keyVault cannot be changed before ${daysAfter(promisedUntil(before, rules) ?? today, 1)}: the value of ${current} is no longer in ${secret}, so the change has to rotate, and with overlapDays ${wanted.overlapDays} the previous password works until then. Wait until that day, or shorten overlapDays`,
      );
    }
  }
  const staying = stayingSlots(before, schedule);
  for (const name of purged.filter((slot) => staying.includes(slot))) {
    schedule = withSlot(schedule, name, unread(schedule.slots[name], secret));
  }
  return schedule;
}

function unread({ version, previousSince, expiresOn }: Slot, secret: string): Slot {
  return {
    ...(version !== undefined && { version }),
    ...(expiresOn !== undefined && { expiresOn }),
    ...(previousSince !== undefined && { previousSince }),
    unmanaged: `its value is no longer in ${secret}, so it works until the next rotation`,
  };
}

/** The slots whose passwords a change of the schedule leaves as they are. */
export function stayingSlots(before: Schedule, wanted: Schedule): SlotName[] {
  const isHeld = ({ madeOn }: Slot) => madeOn !== undefined;
  return slotNames.filter(
    (name) =>
      isHeld(before.slots[name]) &&
      isHeld(wanted.slots[name]) &&
      versionOf(before.slots[name]) === versionOf(wanted.slots[name]),
  );
}
