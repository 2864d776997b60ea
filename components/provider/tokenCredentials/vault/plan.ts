import { otherSlot, type Schedule, type Slot, versionOf } from "../schedule";

const spare = "no password until the next rotation, because the secret hands out only the current one";

/**
 * The schedule with keyVault. It generates only passwords that somebody can get: the slot that is not current gets none, unless
 * it has one.
 *
 * @param before the schedule in force; undefined in a create
 * @param adopted the slots whose passwords are given
 */
export function withoutSpare(
  { current, slots }: Schedule,
  before: Schedule | undefined,
  adopted: readonly string[] = [],
): Schedule {
  const other = otherSlot(current);
  const slot = slots[other];
  const isNew = before === undefined || versionOf(before.slots[other]) !== versionOf(slot);
  if (!isNew || slot.madeOn === undefined || adopted.includes(other)) {
    return { current, slots };
  }
  const version = before === undefined ? 1 : versionOf(before.slots[other]);
  return withSlot({ current, slots }, other, { version, cleared: spare });
}

/** The schedule with another slot in the place of one. */
export function withSlot({ current, slots }: Schedule, name: keyof Schedule["slots"], slot: Slot): Schedule {
  return { current, slots: { ...slots, [name]: slot } };
}
