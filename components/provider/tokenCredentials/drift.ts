import { isDeepStrictEqual } from "node:util";
import type { Properties } from "provider-server";
import type { SlotName } from "../../args/credentialFiles";
import type { SlotOnAzure } from "../azure/api/responses";
import { dayOf } from "../clock";
import { otherSlot, type Schedule, type Slot, versionOf } from "./schedule";
import {
  type HeldPassword,
  type Inputs,
  outputsOf,
  rotationInfo,
  type SavedOutputs,
  stillListed,
  withCurrent,
} from "./state";

/**
 * The saved resource as Azure has it: without the passwords that someone else regenerated or cleared, and with Azure's expiry of the
 * others.
 *
 * @param saved the inputs and outputs in the state, which `state` and `last` are read from
 */
export function refreshed(
  id: string,
  saved: { readonly inputs: Properties; readonly outputs: Properties },
  state: Inputs,
  last: SavedOutputs,
  slotsOnAzure: readonly SlotOnAzure[],
  loginServer: string,
) {
  const lost = lostSlots(last.passwords, slotsOnAzure);
  const { current, slots } = scheduleOnAzure(state, lost, slotsOnAzure, last.deviating);
  const passwords = last.passwords
    .filter(({ name }) => !lost.has(name))
    .map((password) => withExpiryOnAzure(password, slotsOnAzure));
  if (isDeepStrictEqual([slots, passwords], [state.slots, last.passwords])) {
    const outputs = { ...saved.outputs, loginServer, ...rotationInfo(state, last) };
    return { id, inputs: saved.inputs, outputs };
  }
  const inputs = { ...saved.inputs, current, slots } as unknown as Properties;
  const outputs = {
    username: last.username,
    loginServer,
    ...withCurrent({ current, slots }, passwords),
    ...stillListed("adopted", last, passwords),
    ...(last.awaited && { awaited: true }),
  };
  return { id, inputs, outputs: outputsOf(inputs, outputs) };
}

/** The slots whose passwords are no longer ours, and why. */
export function lostSlots(
  passwords: readonly HeldPassword[],
  slotsOnAzure: readonly SlotOnAzure[],
): Map<SlotName, string> {
  const lost = new Map<SlotName, string>();
  for (const { name, creationTime } of passwords) {
    const slot = slotsOnAzure.find((candidate) => candidate.name === name);
    if (slot === undefined) {
      lost.set(name, "cleared outside of this state");
    } else if (!isSameTime(slot.creationTime, creationTime)) {
      lost.set(name, regenerated(slot));
    }
  }
  return lost;
}

function regenerated({ creationTime }: SlotOnAzure): string {
  return `regenerated outside of this state, ${creationTime.toISOString()}`;
}

/**
 * The schedule with what Azure shows: without the lost passwords, with Azure's expiry of the others, and without the claim
 * that a slot is cleared which holds a password. Marks the slots whose expiry is not the requested one as lost, although their
 * passwords work, so that the next run regenerates them. If the current password is lost and the other is not, the other becomes the
 * current one.
 *
 * @param canTakeOver false with keyVault: the other password is not in the newest version of the secret
 */
export function scheduleOnAzure(
  { current, slots }: Schedule,
  lost: ReadonlyMap<SlotName, string>,
  slotsOnAzure: readonly SlotOnAzure[],
  deviating: readonly SlotName[] = [],
  canTakeOver = true,
): Schedule {
  const other = otherSlot(current);
  const takesOver = canTakeOver && lost.has(current) && !lost.has(other) && slots[other].madeOn !== undefined;
  const slotNow = (name: SlotName): Slot => {
    const { previousSince, expiresOn, ...slot } = slots[name];
    const seen = slotsOnAzure.find((candidate) => candidate.name === name);
    const reason =
      lost.get(name) ??
      (deviating.includes(name) ? "Azure set another expiry than the requested one" : undefined);
    if (reason !== undefined) {
      // Its overlap still counts: a failed run can have cleared the slot, or the overlap can end before the next run.
      return { version: versionOf(slot), ...(previousSince && { previousSince }), lost: reason };
    }
    if (seen !== undefined && slot.cleared !== undefined) {
      return { version: versionOf(slot), unmanaged: regenerated(seen) };
    }
    const end =
      seen === undefined || slot.madeOn === undefined ? expiresOn : seen.expiry && dayOf(seen.expiry);
    return { ...slot, ...(end && { expiresOn: end }), ...(previousSince && !takesOver && { previousSince }) };
  };
  return {
    current: takesOver ? other : current,
    slots: { password1: slotNow("password1"), password2: slotNow("password2") },
  };
}

/** A password with the expiry that Azure shows. Azure's times can have another precision than the state's. */
export function withExpiryOnAzure<T extends HeldPassword>(
  password: T,
  slotsOnAzure: readonly SlotOnAzure[],
): T {
  const expiry = slotsOnAzure.find(({ name }) => name === password.name)?.expiry;
  const isSame =
    expiry === undefined || password.expiry === null
      ? expiry === undefined && password.expiry === null
      : Math.abs(expiry.getTime() - Date.parse(password.expiry)) < 1_000;
  return isSame ? password : { ...password, expiry: expiry?.toISOString() ?? null };
}

/** Whether a slot on Azure still holds the password of the state. */
export function isOurs(slot: SlotOnAzure, passwords: readonly HeldPassword[]): boolean {
  return passwords.some(
    ({ name, creationTime }) => slot.name === name && isSameTime(slot.creationTime, creationTime),
  );
}

/** Compares to the millisecond: Azure's times have microseconds, and a Date does not. */
function isSameTime(onAzure: Date, saved: string): boolean {
  return onAzure.getTime() === new Date(saved).getTime();
}
