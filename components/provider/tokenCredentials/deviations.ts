import { PartialFailure, type Properties } from "provider-server";
import type { Password, SlotName } from "../../args/credentialFiles";
import { deviationMessage } from "../azure/api/azurePolicy";
import type { SlotOnAzure, TokenOnAzure } from "../azure/api/responses";
import type { AzureToken } from "../azure/api/tokens";
import { endOf } from "../clock";
import type { Slot } from "./schedule";
import { outputsOf, readInputs, type SavedOutputs } from "./state";

/** Azure may round an expiry by less than this. */
const toleranceMs = 1_000;

/**
 * Compares the expiry of generated passwords with the requested one.
 *
 * @param saved the outputs, with the generated passwords
 * @param made the slots of the generated passwords
 * @throws PartialFailure if they differ. The saved state has the passwords, which work, and names their slots, so that
 *   the next update regenerates them.
 */
export function checkExpiry(
  token: AzureToken,
  id: string,
  news: Properties,
  saved: SavedOutputs,
  made: readonly SlotName[],
): void {
  const { slots } = readInputs(news);
  const deviations = new Map<SlotName, string>();
  for (const { name, expiry: stored } of saved.passwords.filter((password) => made.includes(password.name))) {
    const deviation = expiryDeviationOf(name, stored, slots[name]);
    if (deviation !== undefined) {
      deviations.set(name, deviation);
    }
  }
  if (deviations.size === 0) {
    return;
  }
  const deviating = [...deviations.keys()];
  const message = deviationMessage(
    `generate ${made.join(" and ")}`,
    token.description,
    [...deviations.values()],
    `run pulumi up again, which regenerates ${deviating.join(" and ")}; until then the state has what Azure generated`,
  );
  throw new PartialFailure(message, { id, outputs: outputsOf(news, { ...saved, deviating }) });
}

/**
 * Compares the expiry of passwords that are not saved yet with the requested one.
 *
 * @throws Error if they differ
 */
export function requireExpiry(
  token: AzureToken,
  passwords: readonly Password[],
  slots: Readonly<Record<SlotName, Slot>>,
): void {
  const deviations = passwords.flatMap(
    ({ name, expiry }) => expiryDeviationOf(name, expiry, slots[name]) ?? [],
  );
  if (deviations.length > 0) {
    const doing = `generate ${passwords.map(({ name }) => name).join(" and ")}`;
    const advice =
      "run pulumi up again: nothing was written to Key Vault, and the current password still works";
    throw new Error(deviationMessage(doing, token.description, deviations, advice));
  }
}

/**
 * Compares a token before and after a write that clears slots.
 *
 * @param doing what was requested: `clear password1`
 * @param keep the slots of `before` that were to stay
 * @throws Error if Azure changed anything but the other slots, or did not clear them
 */
export function checkCleared(
  token: AzureToken,
  doing: string,
  before: TokenOnAzure,
  keep: readonly SlotOnAzure[],
  after: TokenOnAzure,
): void {
  const deviations = before.slots.map((slot) => {
    const { name, creationTime, expiry } = slot;
    const now = after.slots.find(
      (other) => other.name === name && other.creationTime.getTime() === creationTime.getTime(),
    );
    if (keep.includes(slot)) {
      return now ? expiryDeviation(name, now.expiry, expiry) : `${name} is cleared too`;
    }
    return now && `${name} is not cleared`;
  });
  if (after.status !== before.status) {
    deviations.push(`the status is "${after.status}" instead of "${before.status}"`);
  }
  const found = deviations.filter((deviation) => deviation !== undefined);
  if (found.length > 0) {
    throw new Error(deviationMessage(doing, token.description, found, "run pulumi up --refresh"));
  }
}

/** @param stored the expiry that Azure shows; null: never */
function expiryDeviationOf(name: SlotName, stored: string | null, { expiresOn }: Slot): string | undefined {
  const requested = expiresOn === undefined ? undefined : endOf(expiresOn);
  return expiryDeviation(name, stored ? new Date(stored) : undefined, requested);
}

function expiryDeviation(
  name: SlotName,
  stored: Date | undefined,
  requested: Date | undefined,
): string | undefined {
  const isSame =
    stored === undefined || requested === undefined
      ? stored === requested
      : Math.abs(stored.getTime() - requested.getTime()) < toleranceMs;
  const expires = stored ? `expires on ${stored.toISOString()}` : "never expires";
  return isSame ? undefined : `${name} ${expires} instead of ${requested?.toISOString() ?? "never"}`;
}
