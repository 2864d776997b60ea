import type { CheckFailure } from "provider-server";
import type { AdoptedPasswords } from "../../common/adoptedPasswords";
import { type Password, type SlotName, slotNames } from "../../common/credentialFiles";
import type { Fault } from "../../common/repositoryActions";
import { goneAdvice } from "../azure/errors";
import { isAccepted } from "../azure/login";
import type { AzureToken, SlotOnAzure, TokenOnAzure } from "../azure/tokens";
import { dayOf } from "../clock";
import { newSlot, type Rules, type Schedule, type Slot } from "./schedule";
import { type Arguments, password } from "./state";

/** Why there is no password of a slot: somebody may log in with the one that it has. */
const kept = "made outside of this state";

/** There is no way to take the token over that cuts nobody off, or none that is known. */
class Refusal extends Error {
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(({ property, reason }) => `${property} ${reason}`).join("\n"));
  }
}

/**
 * What went wrong with taking a token over, on the arguments. No reason shows a password, and no failure is on `adopt` itself:
 * the engine prints the value of the property that a failure names.
 */
export function failuresOf(error: unknown): CheckFailure[] {
  const faults =
    error instanceof Refusal
      ? error.faults
      : [
          {
            property: "tokenId",
            reason: `cannot be taken over: ${error instanceof Error ? error.message : error}`,
          },
        ];
  return faults.map(({ property, reason }) => ({ property, reason: `${property} ${reason}` }));
}

function refuse(property: string, reason: string): never {
  throw new Refusal([{ property, reason }]);
}

/**
 * The schedule of a token that somebody else made: a password that is given is taken over, with the day on which Azure made
 * it; a slot without any is filled, and so is the one that may be made anew; every other slot is kept as it is. Current is a
 * password that is given, password1 where both are; else one that is made.
 *
 * @param slots what Azure shows
 * @throws Refusal that says what is missing
 */
function adoptedSchedule(
  slots: readonly SlotOnAzure[],
  adopt: AdoptedPasswords,
  rules: Rules,
  now: Date,
): Schedule {
  const taken = (name: SlotName): SlotOnAzure | undefined =>
    // Nobody logs in with what has expired.
    slots.find((slot) => slot.name === name && (slot.expiry === undefined || slot.expiry > now));
  const slotOf = (name: SlotName): Slot => {
    const slot = taken(name);
    if (adopt[name] !== undefined) {
      return slot === undefined ? refuseEmpty(name) : adoptedSlot(slot);
    }
    return slot === undefined || adopt.regenerate === name ? newSlot(rules, dayOf(now)) : { count: 1, kept };
  };
  const schedule = { password1: slotOf("password1"), password2: slotOf("password2") };
  const given = slotNames.filter((name) => adopt[name] !== undefined);
  const made = slotNames.filter((name) => isMade(name, adopt, schedule));
  const [current] = [...given, ...made.filter((name) => name === adopt.regenerate), ...made];
  if (current === undefined) {
    return refuse(
      "adopt.regenerate",
      "is needed: both slots have a password, neither is given, and somebody may log in with either. Give one as adopt.password1 or adopt.password2, or say with adopt.regenerate which one may be made anew: password1 or password2",
    );
  }
  return { current, slots: schedule };
}

function refuseEmpty(name: SlotName): never {
  return refuse(
    `adopt.${name}`,
    "is given, but this slot of the token has no password, or one that has expired: leave it out, and Azure makes one",
  );
}

function adoptedSlot({ creationTime, expiry }: SlotOnAzure): Slot {
  return { count: 1, madeOn: dayOf(creationTime), ...(expiry && { expiresOn: dayOf(expiry) }) };
}

function isMade(name: SlotName, adopt: AdoptedPasswords, slots: Schedule["slots"]): boolean {
  return adopt[name] === undefined && slots[name].kept === undefined;
}

/**
 * The schedule of a token that is to be taken over, once the passwords that are given have been tried at its registry.
 *
 * @param loginServer of the registry
 * @throws Refusal where the token cannot be taken over as it is, else Error where Azure cannot be asked
 */
export async function planAdoption(
  token: AzureToken,
  { tokenId, adopt = {}, ...rules }: Arguments,
  loginServer: string,
  now: Date,
  signal: AbortSignal,
): Promise<Schedule> {
  const azure = await token.get();
  if (azure === undefined) {
    throw new Error(`there is no token ${tokenId}`);
  }
  const schedule = adoptedSchedule(azure.slots, adopt, rules, now);
  await tryPasswords(token, azure, adopt, loginServer, signal);
  return schedule;
}

/** @throws Refusal for each that the registry does not accept, and where it cannot be asked */
async function tryPasswords(
  { username }: AzureToken,
  { status }: TokenOnAzure,
  adopt: AdoptedPasswords,
  loginServer: string,
  signal: AbortSignal,
): Promise<void> {
  const given = slotNames.filter((name) => adopt[name] !== undefined);
  if (given.length > 0 && status === "disabled") {
    refuse(
      `adopt.${given[0]}`,
      `cannot be tried, because token ${username} is disabled: enable it, take it over, and disable it afterwards`,
    );
  }
  const faults: Fault[] = [];
  for (const name of given) {
    const reason = await fault(loginServer, username, adopt[name] ?? "", signal);
    if (reason !== undefined) {
      faults.push({ property: `adopt.${name}`, reason });
    }
  }
  if (faults.length > 0) {
    throw new Refusal(faults);
  }
}

async function fault(
  loginServer: string,
  username: string,
  value: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await isAccepted(loginServer, username, value, signal))
      ? undefined
      : `is refused by the registry at https://${loginServer} as a password of token ${username}: give the one that is in this slot, or leave it out`;
  } catch (error) {
    signal.throwIfAborted();
    return `cannot be tried: ${(error as Error).message}. Run this where the registry can be reached: a password is taken over only once it is known to work`;
  }
}

/**
 * Takes the token over as its schedule says: reads when Azure made the passwords that are given, and has it make those that
 * are not there, by one write, if there are any.
 *
 * @param schedule made by {@link adoptedSchedule}
 * @throws Error where the token is no longer what the schedule was made for; nothing is changed then
 */
export async function adoptPasswords(
  token: AzureToken,
  adopt: AdoptedPasswords,
  { slots }: Schedule,
  now: Date,
  expiry: Date | undefined,
): Promise<Password[]> {
  const azure = await token.get();
  if (azure === undefined) {
    throw new Error(`could not take over ${token.description}: it is not there any more; ${goneAdvice}`);
  }
  const seen = azure.slots;
  const then = adoptedSchedule(seen, adopt, {}, now).slots;
  const adopted = slotNames.flatMap((name) => {
    const value = adopt[name];
    const slot = seen.find((candidate) => candidate.name === name);
    const isSame =
      slots[name].kept === then[name].kept &&
      (value === undefined || slots[name].madeOn === then[name].madeOn);
    if (!isSame) {
      throw new Error(
        `${name} of token ${token.username} has been changed by somebody else in the meantime: run pulumi up again`,
      );
    }
    return value === undefined || slot === undefined ? [] : [password({ ...slot, value })];
  });
  const missing = slotNames.filter((name) => isMade(name, adopt, slots));
  const made = missing.length === 0 ? [] : await token.makePasswords(missing, expiry);
  return [...adopted, ...made.map(password)];
}
