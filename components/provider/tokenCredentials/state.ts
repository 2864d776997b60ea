import { type Properties, secret, unwrapSecrets } from "provider-protocol";
import type { AdoptedPasswords } from "../../common/adoptedPasswords";
import type { AzureSettings } from "../../common/azureSettings";
import type { Password, SlotName } from "../../common/credentialFiles";
import type { NewPassword } from "../azure/tokens";
import { defined } from "../values";
import type { Rules, Schedule } from "./schedule";

/** What the program says. */
export interface Arguments extends Rules {
  readonly tokenId: string;
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
  /** The passwords that work: a slot whose password is lost has none here. */
  readonly passwords: readonly Password[];
  /** The password to use now; undefined while both are lost. */
  readonly password?: string;
  /** Whether the registry was asked for the first passwords and had not accepted them. */
  readonly awaited?: boolean;
  /** The slots whose passwords somebody else made: they are not ours to clear. */
  readonly adopted?: readonly SlotName[];
}

export function readInputs(properties: Properties): Inputs {
  return unwrapSecrets(properties) as unknown as Inputs;
}

export function readFound(properties: Properties): Found {
  return unwrapSecrets(properties) as unknown as Found;
}

/** The outputs: the inputs as they came, and the passwords, which are secrets whatever the program declares. */
export function outputsOf({ adopt: _, ...inputs }: Properties, found: Found): Properties {
  return defined({
    ...inputs,
    ...found,
    password: found.password === undefined ? undefined : secret(found.password),
    passwords: secret(found.passwords),
  });
}

/** The passwords in the order of their slots, and the one to use now. */
export function holding({ current }: Schedule, passwords: readonly Password[]) {
  const inOrder = [...passwords].sort((one, other) => one.name.localeCompare(other.name));
  return { passwords: inOrder, password: inOrder.find(({ name }) => name === current)?.value };
}

/** Those of the adopted slots that still are: not those that were made anew, or are lost. */
export function stillAdopted(
  { adopted }: Pick<Found, "adopted">,
  others: readonly SlotName[],
): Pick<Found, "adopted"> {
  const left = (adopted ?? []).filter((name) => !others.includes(name));
  return left.length === 0 ? {} : { adopted: left };
}

/** A new password as it stands in the state. */
export function password({ name, value, creationTime, expiry }: NewPassword): Password {
  return { name, value, creationTime: creationTime.toISOString(), expiry: expiry?.toISOString() ?? null };
}
