import { type Properties, type ResourceState, unwrapSecrets } from "provider-server";
import { isMap, show } from "../../args/checks";
import { slotNames } from "../../args/credentialFiles";
import { credentialsArguments } from "../../args/registryTokenArgs";
import { checkTokenId } from "../../args/resourceIds";
import { isDay } from "../clock";
import { InputReader } from "../inputs";
import { failuresIn, isText, kindOf, oneOf, optional, type Rule, requireValidState } from "../savedState";
import type { Inputs, RotationInfo, SavedOutputs } from "./state";

const remedy =
  "give the argument adopt, with which pulumi up takes over the passwords that still work; without adopt it generates both passwords";

const day: Rule = (value) =>
  isDay(value) ? undefined : `must be a day such as 2026-11-24, got ${show(value)}`;
const time: Rule = (value) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value))
    ? undefined
    : `must be a time such as 2026-11-24T12:00:00Z, got ${show(value)}`;

const inputRules = {
  tokenId: checkTokenId,
  generation: optional(isText),
  current: oneOf(slotNames),
};
const slotRules = {
  version: optional((value) =>
    Number.isInteger(value) && Number(value) > 0
      ? undefined
      : `must be a whole number from 1, got ${show(value)}`,
  ),
  madeOn: optional(day),
  expiresOn: optional(day),
  previousSince: optional(day),
  lost: optional(isText),
  unmanaged: optional(isText),
  cleared: optional(isText),
  unavailable: optional(isText),
};
const outputRules = {
  username: isText,
  loginServer: optional(isText),
  password: optional(isText),
  awaited: optional(oneOf([true, false])),
};
const heldRules = { name: oneOf(slotNames), creationTime: time, expiry: optional(time) };
const passwordRules = { ...heldRules, value: isText };
const storedRules = { ...heldRules, versionId: isText };

/**
 * The inputs in the state, of this version or an earlier one.
 *
 * @throws Error that says what is wrong with a state that someone has edited
 */
export function readSavedInputs(urn: string, properties: Properties): Inputs {
  const reader = new InputReader(properties);
  reader.readArguments(credentialsArguments);
  const saved = withCurrentNames(reader.inputs);
  const slots = isMap(saved.slots) ? saved.slots : {};
  const failures = [
    ...failuresIn(saved, inputRules),
    ...reader.failures.map(({ reason }) => reason),
    ...slotNames.flatMap((name) => failuresIn(slots[name], slotRules, `slots.${name}`)),
  ];
  requireValidState(urn, failures, remedy);
  return saved as unknown as Inputs;
}

/** The error of an import, which has no saved state. */
export function importError(id: string): Error {
  return new Error(
    `${id} cannot be imported, because Azure shows a password only once, when it generates it. Give the argument adopt (of a RegistryToken, or of a TokenCredentials) with the passwords that you know: pulumi up takes them over, and they keep working. Without adopt, pulumi up generates both passwords, and the ones before stop working`,
  );
}

/** The inputs of the last run; undefined for a new resource, and for one that replaces another. */
export function readLastInputs(urn: string, olds: Properties): Inputs | undefined {
  return Object.keys(olds).length === 0 ? undefined : readSavedInputs(urn, olds);
}

/**
 * The outputs in the state.
 *
 * @throws Error that says what is wrong with a state that someone has edited
 */
export function readSavedOutputs(urn: string, properties: Properties): SavedOutputs & RotationInfo {
  const saved = unwrapSecrets<Properties>(properties);
  const { stored, adopted = [], deviating = [] } = saved;
  // With keyVault the outputs have no passwords.
  const { passwords = stored === undefined ? undefined : [] } = saved;
  const failures = [
    ...failuresIn(saved, outputRules),
    ...failuresInList("passwords", passwords, passwordRules),
    ...(stored === undefined ? [] : failuresInList("stored", stored, storedRules)),
    ...Object.entries({ adopted, deviating }).flatMap(([name, value]) =>
      listsSlots(value) ? [] : [`${name} must list slots, got ${show(value)}`],
    ),
  ];
  requireValidState(urn, failures, remedy);
  return { ...saved, passwords } as unknown as SavedOutputs & RotationInfo;
}

function failuresInList(name: string, list: unknown, rules: Record<string, Rule>): string[] {
  return Array.isArray(list)
    ? list.flatMap((entry, index) => failuresIn(entry, rules, `${name}[${index}]`))
    : [`${name} must be a list, got ${kindOf(list)}`];
}

function listsSlots(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => (slotNames as readonly unknown[]).includes(name));
}

/** The inputs and outputs in the state. */
export function readSaved(urn: string, { inputs, outputs }: Pick<ResourceState, "inputs" | "outputs">) {
  return { inputs: readSavedInputs(urn, inputs), outputs: readSavedOutputs(urn, outputs) };
}

/** Renames the properties of slots that had other names before the first release that has them. */
function withCurrentNames(saved: Properties): Properties {
  const { slots } = saved;
  return isMap(slots)
    ? {
        ...saved,
        slots: Object.fromEntries(
          Object.entries(slots).map(([name, slot]) => [name, renamed(slot)]),
        ) as Properties,
      }
    : saved;
}

function renamed(slot: unknown): unknown {
  if (!isMap(slot)) {
    return slot;
  }
  const { count, kept, ...others } = slot;
  return {
    ...(count !== undefined && { version: count }),
    ...(kept !== undefined && { unmanaged: kept }),
    ...others,
  };
}
