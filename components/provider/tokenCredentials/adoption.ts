import type { CheckFailure } from "provider-server";
import type { AdoptedPasswords } from "../../args/adoptedPasswords";
import { type Password, type SlotName, slotNames } from "../../args/credentialFiles";
import type { ValidationFailure } from "../../args/repositoryActions";
import { goneAdvice } from "../azure/api/errors";
import { isAccepted } from "../azure/api/registryLogin";
import type { SlotOnAzure, TokenOnAzure } from "../azure/api/responses";
import type { AzureToken } from "../azure/api/tokens";
import { dayOf } from "../clock";
import { newSlot, type Rules, type Schedule, type Slot } from "./schedule";
import { type Arguments, password, slotsToCreate } from "./state";

/** Why a slot is left alone: someone may log in with its password. */
const unmanaged = "generated outside of this state";

/** The token cannot be adopted without locking a client out, or not with these arguments. */
class AdoptionError extends Error {
  constructor(readonly failures: readonly ValidationFailure[]) {
    super(failures.map(({ property, reason }) => `${property} ${reason}`).join("\n"));
  }
}

/**
 * What failed in an adoption, for each argument. No reason shows a password, and no failure is on `adopt` itself: the engine
 * prints the value of the property that a failure names.
 */
export function failuresOf(error: unknown): CheckFailure[] {
  const failures =
    error instanceof AdoptionError
      ? error.failures
      : [
          {
            property: "tokenId",
            reason: `cannot be adopted: ${error instanceof Error ? error.message : error}`,
          },
        ];
  return failures.map(({ property, reason }) => ({ property, reason: `${property} ${reason}` }));
}

/**
 * Refuses to generate the passwords of a token that has some: the state does not have them, but clients may. A destroy that
 * Azure refused leaves such a token, and so does another stack or program that has the same token.
 *
 * @param slots what Azure shows
 * @throws AdoptionError that says how to keep the passwords
 */
export function requireNoPasswords(slots: readonly SlotOnAzure[], now: Date): void {
  const taken = slots.filter(({ expiry }) => isAlive(expiry, now)).map(({ name }) => name);
  if (taken.length > 0) {
    refuse(
      "tokenId",
      `names a token that has passwords that are not in this state: ${taken.join(" and ")}. A client may log in with them. To keep them, give them to the RegistryToken as adopt: { ${taken.join(", ")} }, without tokenId; after a destroy that failed, "pulumi stack output --show-secrets" has the passwords that the stack exports. To regenerate one of them, give adopt: { regenerate: "${taken[0]}" }. If another stack has this token, give another tokenName`,
    );
  }
}

/** Whether a password has not expired: an expired password logs nobody in. */
function isAlive(expiry: Date | undefined, now: Date): boolean {
  return expiry === undefined || expiry > now;
}

function refuse(property: string, reason: string): never {
  throw new AdoptionError([{ property, reason }]);
}

/**
 * The schedule of an existing token. A password that is given is adopted, with the day on which Azure generated it. An empty
 * slot gets a password, and so does the slot to regenerate. Every other slot is left alone. Current is a given password,
 * password1 if both are given, else a generated password.
 *
 * @param slots what Azure shows
 * @throws AdoptionError that says what is missing
 */
function adoptedSchedule(
  slots: readonly SlotOnAzure[],
  adopt: AdoptedPasswords,
  rules: Rules,
  now: Date,
): Schedule {
  const taken = (name: SlotName): SlotOnAzure | undefined =>
    slots.find((slot) => slot.name === name && isAlive(slot.expiry, now));
  const slotOf = (name: SlotName): Slot => {
    const slot = taken(name);
    if (adopt[name] !== undefined) {
      return slot === undefined ? refuseEmpty(name) : adoptedSlot(slot);
    }
    return slot === undefined || adopt.regenerate === name
      ? newSlot(rules, dayOf(now))
      : { version: 1, unmanaged };
  };
  const schedule = { password1: slotOf("password1"), password2: slotOf("password2") };
  const given = slotNames.filter((name) => adopt[name] !== undefined);
  const made = slotsToCreate({ adopt, slots: schedule });
  const [current] = [...given, ...made.filter((name) => name === adopt.regenerate), ...made];
  if (current === undefined) {
    return refuse(
      "adopt.regenerate",
      "is required, because both slots have a password and neither is given: a client may log in with either. Give a password as adopt.password1 or adopt.password2, or set adopt.regenerate to the slot that may be regenerated, password1 or password2",
    );
  }
  return { current, slots: schedule };
}

function refuseEmpty(name: SlotName): never {
  return refuse(
    `adopt.${name}`,
    "is given, but this slot of the token has no password, or an expired one: leave it out, and Azure generates a password",
  );
}

function adoptedSlot({ creationTime, expiry }: SlotOnAzure): Slot {
  return { version: 1, madeOn: dayOf(creationTime), ...(expiry && { expiresOn: dayOf(expiry) }) };
}

/**
 * The schedule of an existing token, after a login with each given password.
 *
 * @param loginServer of the registry
 * @throws AdoptionError if the token cannot be adopted as it is, else Error if Azure cannot be asked
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

/** @throws AdoptionError for each password that the registry does not accept, or if the registry cannot be asked */
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
      `cannot be tried, because token ${username} is disabled: enable the token, adopt it, and disable it afterwards`,
    );
  }
  const failures: ValidationFailure[] = [];
  for (const name of given) {
    const reason = await loginFailure(loginServer, username, adopt[name] ?? "", signal);
    if (reason !== undefined) {
      failures.push({ property: `adopt.${name}`, reason });
    }
  }
  if (failures.length > 0) {
    throw new AdoptionError(failures);
  }
}

async function loginFailure(
  loginServer: string,
  username: string,
  value: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await isAccepted(loginServer, username, value, signal))
      ? undefined
      : `is refused by the registry at https://${loginServer} as a password of token ${username}: correct it, or leave it out`;
  } catch (error) {
    signal.throwIfAborted();
    return `cannot be tried: ${(error as Error).message}. Run this on a machine that reaches the registry: the provider adopts only a password that works`;
  }
}

/**
 * Adopts the token as its schedule says: reads when Azure generated the given passwords, and generates the missing ones, if
 * any, by one write.
 *
 * @param schedule made by {@link planAdoption}
 * @param make generates passwords
 * @throws Error if the token has changed since the schedule was made. Nothing is changed then
 */
export async function adoptPasswords(
  token: AzureToken,
  adopt: AdoptedPasswords,
  { slots }: Schedule,
  now: Date,
  make: (slots: readonly SlotName[]) => Promise<Password[]>,
): Promise<Password[]> {
  const azure = await token.get();
  if (azure === undefined) {
    throw new Error(`could not adopt ${token.description}: it does not exist any more; ${goneAdvice}`);
  }
  const seen = azure.slots;
  const then = adoptedSchedule(seen, adopt, {}, now).slots;
  const adopted = slotNames.flatMap((name) => {
    const value = adopt[name];
    const slot = seen.find((candidate) => candidate.name === name);
    const isSame =
      slots[name].unmanaged === then[name].unmanaged &&
      (value === undefined || slots[name].madeOn === then[name].madeOn);
    if (!isSame) {
      throw new Error(
        `${name} of token ${token.username} has been changed by someone else in the meantime: run pulumi up again`,
      );
    }
    return value === undefined || slot === undefined ? [] : [password({ ...slot, value })];
  });
  const missing = slotsToCreate({ adopt, slots });
  return [...adopted, ...(missing.length === 0 ? [] : await make(missing))];
}
