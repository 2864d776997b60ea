import {
  type CheckFailure,
  type CheckResult,
  containsUnknown,
  type Properties,
  unknown,
} from "provider-server";
import { slotNames } from "../../../args/credentialFiles";
import { type KeyVaultSecret, normalKeyVault, secretIdOf } from "../../../args/keyVault";
import { parseTokenId, sameId } from "../../../args/resourceIds";
import { type Clock, dayOf } from "../../clock";
import { checkInputs } from "../check";
import type { PasswordWriter } from "../passwordWriter";
import { newSlot, otherSlot, type Schedule, slotsToMake } from "../schedule";
import { type Inputs, readInputs } from "../state";
import { stayingSlots, withoutPurged } from "./leaving";
import { withoutSpare, withSlot } from "./plan";
import type { VaultSecrets } from "./vaultSecrets";

/** Plans what happens to passwords in Key Vault, in sight of the preview. */
export class VaultPlanner {
  constructor(
    private readonly writer: PasswordWriter,
    private readonly secrets: VaultSecrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes checked inputs with keyVault: the normal address of the secret and a schedule that fits it. If a password is to
   * be written, it asks the vault, so that a preview shows what is wrong before a password is generated.
   *
   * @param last the inputs in the state; undefined for a new resource, and for one that replaces another
   */
  async plan(urn: string, last: Inputs | undefined, checked: CheckResult): Promise<CheckResult> {
    const { inputs, failures } = await this.planLeaving(last, checked);
    const { keyVault, tokenId, adopt, ...schedule } = readInputs(inputs);
    if (keyVault === undefined || failures.length > 0) {
      return { inputs, failures };
    }
    const address = addressOf(keyVault, tokenId);
    const completed: Properties = { ...inputs, keyVault: address as unknown as Properties };
    if (!containsUnknown(address)) {
      this.secrets.wants(urn, address);
    }
    if (containsUnknown(schedule.slots)) {
      return { inputs: completed, failures };
    }
    if (last !== undefined && !this.secrets.isInherited(urn, last)) {
      this.secrets.saw(urn, last, {});
    }
    const before = last !== undefined && sameId(last.tokenId, tokenId) ? last : undefined;
    const given = slotNames.filter((name) => adopt?.[name] !== undefined);
    const wanted = withoutSpare(schedule, before, given);
    const withSchedule = ({ current, slots }: Schedule): CheckResult => ({
      inputs: { ...completed, current, slots } as unknown as Properties,
      failures,
    });
    if (before !== undefined && isSameSecret(before.keyVault, address) && !changesPassword(before, wanted)) {
      return withSchedule(wanted);
    }
    const { canAskVault, knowsIdentity } = checkInputs(inputs);
    try {
      if (canAskVault) {
        const args = { ...readInputs(completed), ...wanted };
        return withSchedule(await this.planWith(urn, before, args));
      }
      if (knowsIdentity && !containsUnknown(address)) {
        // The token does not exist yet, and its passwords cannot be in the secret.
        await this.secrets.vaultOfNewToken(address, readInputs(inputs).azure).look(true);
      }
    } catch (error) {
      return { inputs: completed, failures: [failureOf(`keyVault cannot be used: ${messageOf(error)}`)] };
    }
    return before === undefined
      ? { inputs: { ...completed, current: unknown, slots: unknown }, failures }
      : withSchedule(wanted);
  }

  /** If keyVault is removed or names another secret: plans what happens to passwords that are no longer in the secret. */
  private async planLeaving(last: Inputs | undefined, checked: CheckResult): Promise<CheckResult> {
    const { inputs, failures } = checked;
    const wanted = readInputs(inputs);
    const { tokenId, keyVault, slots, azure } = wanted;
    const cannotAsk = failures.length > 0 || containsUnknown(slots) || !checkInputs(inputs).canAskVault;
    if (last?.keyVault === undefined || cannotAsk || !sameId(last.tokenId, tokenId)) {
      return checked;
    }
    const address = keyVault && normalKeyVault(keyVault, parseTokenId(tokenId).tokenName);
    if (isSameSecret(last.keyVault, address)) {
      return checked;
    }
    try {
      const vault = this.secrets.vault({ ...last, azure });
      const staying = stayingSlots(last, wanted);
      const purged = await vault.purged(staying, () => this.writer.slotsOnAzure(wanted));
      const schedule = withoutPurged(last, wanted, purged, vault.description, dayOf(this.clock()));
      const { current, slots } = schedule;
      return { inputs: { ...inputs, current, slots } as unknown as Properties, failures };
    } catch (error) {
      return { inputs, failures: [failureOf(messageOf(error))] };
    }
  }

  private async planWith(urn: string, before: Inputs | undefined, wanted: Inputs): Promise<Schedule> {
    const { current, slots, adopt } = wanted;
    const vault = this.secrets.vault(wanted);
    await vault.look(this.secrets.isInherited(urn, wanted));
    if (before === undefined) {
      // The newest version stays the newest working one until the next version is written, so the other slot gets that.
      const taken = adopt === undefined ? vault.newestSlot : undefined;
      return taken === current ? swapped(wanted) : { current, slots };
    }
    if (!slotsToMake(before, wanted).includes(current) || !isSameSecret(before.keyVault, wanted.keyVault)) {
      return { current, slots };
    }
    const found = await vault.interrupted(current, [], () => this.writer.slotsOnAzure(wanted));
    if (found === undefined) {
      return { current, slots };
    }
    const slot = newSlot(wanted, dayOf(new Date(found.creationTime)));
    return withSlot({ current, slots }, current, { ...slot, version: slots[current].version });
  }
}

/** The normal address of a secret, as far as a preview knows it: the default of its name has the token's name in it. */
function addressOf(keyVault: KeyVaultSecret, tokenId: string): KeyVaultSecret {
  if (containsUnknown(keyVault)) {
    return keyVault;
  }
  return containsUnknown(tokenId)
    ? { ...keyVault, secretName: keyVault.secretName ?? unknown }
    : normalKeyVault(keyVault, parseTokenId(tokenId).tokenName);
}

function failureOf(reason: string): CheckFailure {
  return { property: "keyVault", reason };
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}

/** Whether two schedules differ in a password, and not only in the days of one. */
function changesPassword(before: Schedule, wanted: Schedule): boolean {
  return (
    slotsToMake(before, wanted).length > 0 ||
    slotNames.some(
      (name) => wanted.slots[name].cleared !== undefined && before.slots[name].cleared === undefined,
    )
  );
}

export function isSameSecret(one: KeyVaultSecret | undefined, other: KeyVaultSecret | undefined): boolean {
  return one === undefined || other === undefined
    ? one === other
    : secretIdOf(one).toLowerCase() === secretIdOf(other).toLowerCase();
}

/** The schedule with the roles of the slots exchanged. */
function swapped({ current, slots }: Schedule): Schedule {
  return {
    current: otherSlot(current),
    slots: { password1: slots.password2, password2: slots.password1 },
  };
}
