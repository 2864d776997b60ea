import { containsUnknown, type Properties, secret, unknown, unwrapSecrets } from "provider-server";
import type { AdoptedPasswords } from "../../common/adoptedPasswords";
import type { AzureSettings } from "../../common/azureSettings";
import type { Password, SlotName } from "../../common/credentialFiles";
import type { NewPassword } from "../azure/tokens";
import { defined } from "../values";
import { type Rules, rotatesOn, type Schedule } from "./schedule";
import { placeOf } from "./spread";

/** What the program says. */
export interface Arguments extends Omit<Rules, "place"> {
  readonly tokenId: string;
  readonly spreadRotation?: boolean;
  readonly waitUntilLive?: boolean;
  readonly loginServer?: string;
  readonly azure?: AzureSettings;
  /** How to take over a token that somebody else made. Only a create has it. */
  readonly adopt?: AdoptedPasswords;
}

/** What the program says, and the schedule that check adds. */
export interface Inputs extends Arguments, Schedule {}

/** What the state has beside the inputs, which it repeats. */
export interface Found {
  readonly username: string;
  /** Where the program gives none, that of the registry. */
  readonly loginServer: string;
  /** The passwords that work: a slot whose password is lost or cleared has none here. */
  readonly passwords: readonly Password[];
  /** The password to use now; undefined while both are lost. */
  readonly password?: string;
  /** Whether the registry was asked for the first passwords and had not accepted them. */
  readonly awaited?: boolean;
  /** The slots whose passwords somebody else made: they are not ours to clear. */
  readonly adopted?: readonly SlotName[];
}

/** What the outputs say of the time to come. A null crosses to the provider as nothing. */
export interface Outlook {
  /** When the current password stops working, RFC 3339; null: never. */
  readonly expiry?: string | null;
  /** The day from which a run rotates; null: never by time. */
  readonly rotatesOn?: string | null;
}

export function readInputs(properties: Properties): Inputs {
  return unwrapSecrets(properties) as unknown as Inputs;
}

export function readFound(properties: Properties): Found & Outlook {
  return unwrapSecrets(properties) as unknown as Found & Outlook;
}

/** What the schedule of one token depends on. */
export function rulesOf({ tokenId, spreadRotation, ...rules }: Arguments): Rules {
  return { ...rules, ...(spreadRotation && { place: placeOf(tokenId) }) };
}

/** The outputs: the inputs as they came, and the passwords, which are secrets whatever the program declares. */
export function outputsOf({ adopt: _, ...inputs }: Properties, found: Found): Properties {
  const outputs = defined({
    ...inputs,
    ...found,
    password: found.password === undefined ? undefined : secret(found.password),
    passwords: secret(found.passwords),
  });
  // With its nulls: what is not there at all, a preview does not know.
  return { ...outputs, ...outlook(readInputs(inputs), found) };
}

/** What the outputs are to say of the time to come. */
export function outlook(
  inputs: Inputs,
  { passwords }: Found,
): { expiry: string | null; rotatesOn: string | null } {
  const current = passwords.find(({ name }) => name === inputs.current);
  return { expiry: current?.expiry ?? null, rotatesOn: rotation(inputs) };
}

/** The day from which a run rotates, as far as it is known; null: never by time. */
export function rotation(inputs: Inputs): string | null {
  const isKnown =
    !containsUnknown(inputs.slots) && !(inputs.spreadRotation && containsUnknown(inputs.tokenId));
  return isKnown ? (rotatesOn(inputs, rulesOf(inputs)) ?? null) : unknown;
}

/** The passwords in the order of their slots, and the one to use now. */
export function holding({ current }: Schedule, passwords: readonly Password[]) {
  const inOrder = [...passwords].sort((one, other) => one.name.localeCompare(other.name));
  return { passwords: inOrder, password: inOrder.find(({ name }) => name === current)?.value };
}

/** Those of the adopted slots whose passwords are among these, which were kept. */
export function stillAdopted(
  { adopted }: Pick<Found, "adopted">,
  kept: readonly Password[],
): Pick<Found, "adopted"> {
  const left = (adopted ?? []).filter((slot) => kept.some(({ name }) => name === slot));
  return left.length === 0 ? {} : { adopted: left };
}

/** A new password as it stands in the state. */
export function password({ name, value, creationTime, expiry }: NewPassword): Password {
  return { name, value, creationTime: creationTime.toISOString(), expiry: expiry?.toISOString() ?? null };
}

/** The passwords that the schedule wants cleared. */
export function cleared({ slots }: Inputs, { passwords }: Found): readonly Password[] {
  return passwords.filter(({ name }) => slots[name].cleared !== undefined);
}

/** The login server that was found before, unless it was given and no longer is. */
export function keptLoginServer(before: Inputs, last: Found): string | undefined {
  return before.loginServer === undefined ? last.loginServer : undefined;
}
