import { sameId } from "../args/resourceIds";
import type { SlotOnAzure } from "./azure/api/responses";

/** A TokenAccess that the program of this run has. */
interface RegisteredAccess {
  readonly urn: string;
  readonly tokenId: string;
  /** Whether the state did not have it before this run. */
  readonly isNew: boolean;
  /** The token's passwords, as the create of this TokenAccess found them. */
  readonly slots?: readonly SlotOnAzure[];
}

/** Which TokenAccess the program of the current run has for which token, by the engine's calls of check. */
export class TokensInRun {
  private readonly byUrn = new Map<string, RegisteredAccess>();

  add(access: RegisteredAccess): void {
    this.byUrn.set(access.urn, access);
  }

  foundSlots(urn: string, slots: readonly SlotOnAzure[]): void {
    const access = this.byUrn.get(urn);
    if (access !== undefined) {
      this.byUrn.set(urn, { ...access, slots });
    }
  }

  /** The TokenAccess resources of a token. */
  of(tokenId: string): RegisteredAccess[] {
    return [...this.byUrn.values()].filter((access) => sameId(access.tokenId, tokenId));
  }
}
