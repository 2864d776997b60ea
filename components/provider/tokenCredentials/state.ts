import type { Unwrap } from "@pulumi/pulumi";
import { containsUnknown, type Properties, secret, unknown, unwrapSecrets } from "provider-server";
import type { AdoptedPasswords } from "../../args/adoptedPasswords";
import type { AzureSettings } from "../../args/azureSettings";
import { type Password, type SlotName, slotNames } from "../../args/credentialFiles";
import { type KeyVaultSecret, secretIdOf } from "../../args/keyVault";
import type { CredentialsArguments } from "../../args/registryTokenArgs";
import type { NewPassword } from "../azure/api/responses";
import { defined } from "../values";
import { jitterOf } from "./rotationJitter";
import { type Rules, rotatesOn, type Schedule, slotsToMake } from "./schedule";

/** The arguments that a RegistryToken passes on, with their values. */
type PassedArguments = {
  readonly [Name in Exclude<keyof CredentialsArguments, "keyVault">]?: Unwrap<CredentialsArguments[Name]>;
};

/** The arguments that the program gives. */
export interface Arguments extends PassedArguments {
  readonly tokenId: string;
  readonly generation?: string;
  readonly azure?: AzureSettings;
  /** The secret that holds the passwords instead of the state. */
  readonly keyVault?: KeyVaultSecret;
  /** The passwords of an existing token. Only a create has them. */
  readonly adopt?: AdoptedPasswords;
}

/** A password as the schedule sees it: without its value. */
export interface HeldPassword extends Omit<Password, "value"> {
  /** With keyVault: the version of the secret that holds it. */
  readonly versionId?: string;
}

/** A password whose value is in Key Vault, and not in the state. */
export interface StoredPassword extends HeldPassword {
  readonly versionId: string;
}

/** The arguments, and the schedule that check adds. */
export interface Inputs extends Arguments, Schedule {}

/** The outputs beside the inputs, which the outputs repeat. */
export interface SavedOutputs {
  readonly username: string;
  /** The registry's own login server if the program gives none. */
  readonly loginServer: string;
  /** The passwords that work. A slot whose password is lost or cleared has none here. With keyVault: none. */
  readonly passwords: readonly Password[];
  /** With keyVault: the passwords that work, by their addresses. */
  readonly stored?: readonly StoredPassword[];
  /** The current password. Undefined if it is lost. */
  readonly password?: string;
  /** Whether the first passwords were saved before the registry accepted them. */
  readonly awaited?: boolean;
  /** The slots for which Azure set another expiry than the requested one: the next update regenerates them. */
  readonly deviating?: readonly SlotName[];
  /** The slots whose passwords someone else generated: delete leaves them alone. */
  readonly adopted?: readonly SlotName[];
}

/** What the outputs say about the future. The provider answers null for "none": a preview takes a missing output for unknown. */
export interface RotationInfo {
  /** When the current password stops working, in RFC 3339. Null: it never expires. */
  readonly expiry?: string | null;
  /** The day from which a run rotates. Null: no rotation is due by time. */
  readonly rotatesOn?: string | null;
}

/** The inputs as {@link checkInputs} made them. In a preview, values can be unknown. */
export function readInputs(properties: Properties): Inputs {
  return unwrapSecrets(properties) as unknown as Inputs;
}

/** The rules that the schedule of a token depends on. */
export function rulesOf({ tokenId, spreadRotation, ...rules }: Arguments): Rules {
  return { ...rules, ...(spreadRotation && { jitter: jitterOf(tokenId) }) };
}

/**
 * The outputs: the inputs as the engine sent them, and the passwords, which the provider marks as secrets. With keyVault: the
 * addresses of the passwords, and no value.
 */
export function outputsOf({ adopt: _, ...inputs }: Properties, saved: SavedOutputs): Properties {
  const { stored, password, passwords, ...others } = saved;
  const values = readInputs(inputs);
  const { keyVault, current } = values;
  const held =
    stored === undefined
      ? { password: password === undefined ? undefined : secret(password), passwords: secret(passwords) }
      : {
          stored,
          passwordSecretId: keyVault && secretIdOf(keyVault),
          passwordSecretVersionId: stored.find(({ name }) => name === current)?.versionId,
        };
  return { ...defined({ ...inputs, ...others, ...held }), ...rotationInfo(values, saved) };
}

/** When the current password expires, and when a run rotates. */
export function rotationInfo(
  inputs: Inputs,
  saved: Partial<Pick<SavedOutputs, "passwords" | "stored">>,
): Required<RotationInfo> {
  const current = heldPasswords(saved).find(({ name }) => name === inputs.current);
  return { expiry: current?.expiry ?? null, rotatesOn: rotationDay(inputs) };
}

/** The passwords that the state knows, by value or by address. */
export function heldPasswords({
  passwords = [],
  stored,
}: Partial<Pick<SavedOutputs, "passwords" | "stored">>): readonly HeldPassword[] {
  return stored ?? passwords;
}

/** The day from which a run rotates, as far as a preview knows it. Null: no rotation is due by time. */
export function rotationDay(inputs: Inputs): string | null {
  const isKnown =
    !containsUnknown(inputs.slots) && !(inputs.spreadRotation && containsUnknown(inputs.tokenId));
  return isKnown ? (rotatesOn(inputs, rulesOf(inputs)) ?? null) : unknown;
}

/** The passwords in the order of their slots, and the current one. */
export function withCurrent({ current }: Schedule, passwords: readonly Password[]) {
  const inOrder = [...passwords].sort((one, other) => one.name.localeCompare(other.name));
  return { passwords: inOrder, password: inOrder.find(({ name }) => name === current)?.value };
}

/** The slots of one of the lists whose passwords are among those that stay. */
export function stillListed<List extends "adopted" | "deviating">(
  list: List,
  last: Pick<SavedOutputs, List>,
  staying: readonly HeldPassword[],
): Pick<SavedOutputs, List> {
  const left = (last[list] ?? []).filter((slot) => staying.some(({ name }) => name === slot));
  return (left.length === 0 ? {} : { [list]: left }) as object as Pick<SavedOutputs, List>;
}

/**
 * The slots that an update regenerates: those with a new version in the schedule. If there are none, those for which Azure
 * set another expiry than the requested one.
 */
export function slotsToRegenerate(
  before: Inputs,
  inputs: Inputs,
  { deviating = [] }: SavedOutputs,
): SlotName[] {
  const scheduled = slotsToMake(before, inputs);
  return scheduled.length > 0
    ? scheduled
    : deviating.filter((name) => inputs.slots[name].cleared === undefined);
}

/** A new password in the form of the state. */
export function password({ name, value, creationTime, expiry }: NewPassword): Password {
  return { name, value, creationTime: creationTime.toISOString(), expiry: expiry?.toISOString() ?? null };
}

/** The slots whose passwords a create generates: those that it neither adopts nor leaves as they are. */
export function slotsToCreate({ adopt, slots }: Pick<Inputs, "adopt" | "slots">): SlotName[] {
  return slotNames.filter((name) => adopt?.[name] === undefined && slots[name].madeOn !== undefined);
}

/** The passwords to clear according to the schedule. */
export function passwordsToClear({ slots }: Inputs, { passwords }: SavedOutputs): readonly Password[] {
  return passwords.filter(({ name }) => slots[name].cleared !== undefined);
}

/** The login server of the last run, unless the program gave it and no longer does. */
export function previousLoginServer(before: Inputs, last: SavedOutputs): string | undefined {
  return before.loginServer === undefined ? last.loginServer : undefined;
}
