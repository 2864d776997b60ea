import { type SlotName, slotNames } from "../../args/credentialFiles";
import type { Arguments, Inputs, SavedOutputs, StoredPassword } from "./state";

/** What the provider has seen of each resource and token during a run. */
export class RunMemory {
  /** The tokens of the resources that are in the state, by URN. */
  private readonly saved = new Map<string, string>();
  /** The passwords that a create of this run has adopted, or with keyVault the versions of its secret, by URN. */
  private readonly created = new Map<string, readonly string[]>();
  /** The identity that was last used for each token. */
  private readonly identities = new Map<string, Arguments["azure"]>();
  /** The slots of each token with passwords that its resource did not generate. */
  private readonly notOurs = new Map<string, readonly SlotName[]>();

  /** The resource is in the state. */
  sawSaved(urn: string, { tokenId }: Pick<Arguments, "tokenId">): void {
    this.saved.set(urn, keyOf(tokenId));
  }

  /** The resource is not in the state any more. */
  sawGone(urn: string): void {
    this.saved.delete(urn);
  }

  /** Whether a create of this resource replaces one of the same token. The engine hides the old inputs from its check. */
  isReplacement(urn: string, tokenId: string): boolean {
    return this.saved.get(urn) === keyOf(tokenId);
  }

  sawCreated(urn: string, { adopt }: Pick<Arguments, "adopt">): void {
    this.created.set(
      urn,
      slotNames.flatMap((name) => adopt?.[name] ?? []),
    );
  }

  sawStored(urn: string, stored: readonly StoredPassword[]): void {
    this.created.set(
      urn,
      stored.map(({ versionId }) => versionId),
    );
  }

  /** @throws Error if the replacement of a deleted resource has adopted passwords of it, which a replacement is to end */
  requireEnded(urn: string, { passwords, stored = [] }: Pick<SavedOutputs, "passwords" | "stored">): void {
    const created = this.created.get(urn) ?? [];
    const again = [
      ...passwords.filter(({ value }) => created.includes(value)),
      ...stored.filter(({ versionId }) => created.includes(versionId)),
    ].map(({ name }) => name);
    if (again.length > 0) {
      throw new Error(
        `${urn} was replaced, but ${again.join(" and ")} stayed the same, because the program still has the argument adopt. After a leak, take adopt out of the program and run pulumi up --replace '${urn}' again, which regenerates both passwords`,
      );
    }
  }

  usedIdentity({ tokenId, azure }: Arguments): void {
    this.identities.set(tokenId, azure);
  }

  /** The identity of this run: the one in the state can have lost its access. */
  identityFor({ tokenId, azure }: Arguments): Arguments["azure"] {
    return this.identities.has(tokenId) ? this.identities.get(tokenId) : azure;
  }

  sawSlots({ tokenId, slots }: Inputs, { adopted = [] }: Pick<SavedOutputs, "adopted">): void {
    const others = slotNames.filter((name) => adopted.includes(name) || slots[name].unmanaged !== undefined);
    this.notOurs.set(keyOf(tokenId), others);
  }

  /** The slots that a resource which replaces another one leaves alone. */
  slotsNotOurs(tokenId: string): readonly SlotName[] {
    return this.notOurs.get(keyOf(tokenId)) ?? [];
  }
}

/** Azure compares ids without regard to case. */
function keyOf(tokenId: string): string {
  return tokenId.toLowerCase();
}
