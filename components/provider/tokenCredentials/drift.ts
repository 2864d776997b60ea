import type { Password, SlotName } from "../../common/credentialFiles";
import type { SlotOnAzure } from "../azure/tokens";
import { countOf, otherSlot, type Schedule, type Slot } from "./schedule";

/** The slots whose passwords are no longer ours, and why. */
export function lostSlots(
  passwords: readonly Password[],
  slotsOnAzure: readonly SlotOnAzure[],
): Map<SlotName, string> {
  const lost = new Map<SlotName, string>();
  for (const { name, creationTime } of passwords) {
    const slot = slotsOnAzure.find((candidate) => candidate.name === name);
    if (slot === undefined) {
      lost.set(name, "cleared outside of this state");
    } else if (!sameTime(slot, creationTime)) {
      lost.set(name, `made anew outside of this state, ${slot.creationTime.toISOString()}`);
    }
  }
  return lost;
}

/** The schedule without the lost passwords. Where the current one is lost and the other is not, the other takes over. */
export function scheduleWithout(lost: Map<SlotName, string>, { current, slots }: Schedule): Schedule {
  const other = otherSlot(current);
  const takesOver = lost.has(current) && !lost.has(other) && slots[other].madeOn !== undefined;
  const slotNow = (name: SlotName): Slot => {
    const { previousSince, ...slot } = slots[name];
    const reason = lost.get(name);
    if (takesOver && name === other) {
      return slot;
    }
    // Its overlap goes on: it is what an up that failed has cleared, or its day comes before the next up.
    return reason === undefined
      ? slots[name]
      : { count: countOf(slot), ...(previousSince && { previousSince }), lost: reason };
  };
  return {
    current: takesOver ? other : current,
    slots: { password1: slotNow("password1"), password2: slotNow("password2") },
  };
}

/** Whether a slot on Azure still holds the password of the state. */
export function isOurs(slot: SlotOnAzure, passwords: readonly Password[]): boolean {
  return passwords.some(({ name, creationTime }) => slot.name === name && sameTime(slot, creationTime));
}

/** Azure's times have microseconds, which a Date has not: they are compared to the millisecond. */
function sameTime(slot: SlotOnAzure, creationTime: string): boolean {
  return slot.creationTime.getTime() === new Date(creationTime).getTime();
}
