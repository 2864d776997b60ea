import type { AzureSettings } from "../../common/azureSettings";
import type { SlotName } from "../../common/credentialFiles";
import { parseTokenId, type TokenAddress } from "../../common/resourceIds";
import { readNewPasswords, readToken, readWritten } from "./answers";
import { type Call, callAzure } from "./call";
import type { ManagementClient } from "./client";
import { codeOf, statusOf } from "./errors";
import { exclusively } from "./exclusively";
import { lastAnswer } from "./outlast";

/** A password slot as Azure shows it: never with its password. */
export interface SlotOnAzure {
  readonly name: SlotName;
  readonly creationTime: Date;
  readonly expiry?: Date;
}

/** A token as Azure shows it. */
export interface TokenOnAzure {
  readonly scopeMapId: string;
  readonly status: string;
  readonly slots: readonly SlotOnAzure[];
}

/** A password that Azure has just made, which it shows this once. */
export interface NewPassword extends SlotOnAzure {
  readonly value: string;
}

/** What a PATCH may change of a token. What is not named stays as it is. */
export interface TokenChange {
  readonly scopeMapId?: string;
  readonly status?: string;
  /** The slots to keep; every other one is cleared. */
  readonly keep?: readonly SlotOnAzure[];
}

/** How long to wait between two looks at a long-running operation, in ms, where Azure does not say. */
const pollInterval = 1_000;

/**
 * One token on Azure. Each call waits for its turn among the calls for the same token.
 */
export class AzureToken {
  private readonly address: TokenAddress;

  /**
   * @param id the token's resource id
   * @param access the identity to use; what is missing in it comes from the environment
   * @param signal ends every wait
   */
  constructor(
    private readonly id: string,
    private readonly access: AzureSettings | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.address = parseTokenId(id);
  }

  /** The name to log in with. */
  get username(): string {
    return this.address.tokenName;
  }

  /** What it is and where, in the words of an error: `token mytoken of registry myregistry (resource group …)`. */
  get description(): string {
    const { what, where } = this.words;
    return `${what} ${where}`;
  }

  /** What Azure has, or undefined where the token, its registry or its resource group is gone. */
  async get(): Promise<TokenOnAzure | undefined> {
    try {
      return await this.call("read the passwords", async (client, abortSignal) => {
        const { resourceGroupName, registryName, tokenName } = this.address;
        await client.tokens.get(resourceGroupName, registryName, tokenName, { abortSignal });
        return readToken(lastAnswer(), tokenName);
      });
    } catch (error) {
      if (error instanceof Error && isGone(error.cause)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Has Azure make new passwords, by one write.
   *
   * @param slots which: one or both
   * @param expiry when they stop working; undefined: never
   */
  async makePasswords(slots: readonly SlotName[], expiry: Date | undefined): Promise<NewPassword[]> {
    return this.call(`make ${slots.join(" and ")}`, async (client, abortSignal) => {
      const { resourceGroupName, registryName } = this.address;
      await client.registries.generateCredentials(
        resourceGroupName,
        registryName,
        // Without a name Azure makes both.
        { tokenId: this.id, expiry, name: slots.length === 1 ? slots[0] : undefined },
        { abortSignal, updateIntervalInMs: pollInterval },
      );
      // Azure lists every slot, but shows only what it has just made.
      return readNewPasswords(lastAnswer(), slots);
    });
  }

  /**
   * Changes the token by PATCH, which leaves its passwords alone; a PUT would drop them.
   *
   * @returns the token as Azure stored it, which can differ from the requested change: Azure Policy modifies writes
   */
  async change({ scopeMapId, status, keep }: TokenChange, doing: string): Promise<TokenOnAzure> {
    return this.call(doing, async (client, abortSignal) => {
      const { resourceGroupName, registryName, tokenName } = this.address;
      await client.tokens.update(
        resourceGroupName,
        registryName,
        tokenName,
        {
          scopeMapId,
          status,
          // A slot is kept by its name. Its creation time stays away: a Date has lost its microseconds.
          credentials: keep && { passwords: keep.map(({ name, expiry }) => ({ name, expiry })) },
        },
        { abortSignal, updateIntervalInMs: pollInterval },
      );
      const written = readWritten(lastAnswer(), tokenName);
      if (written !== undefined) {
        return written;
      }
      await client.tokens.get(resourceGroupName, registryName, tokenName, { abortSignal });
      return readToken(lastAnswer(), tokenName);
    });
  }

  private call<T>(
    doing: string,
    work: (client: ManagementClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { subscriptionId } = this.address;
    const call = { doing, ...this.words, subscriptionId };
    return exclusively(this.id.toLowerCase(), () => callAzure(call, this.access, this.signal, work));
  }

  private get words(): Pick<Call, "what" | "where"> {
    const { tokenName, registryName, resourceGroupName, subscriptionId } = this.address;
    return {
      what: `token ${tokenName}`,
      where: `of registry ${registryName} (resource group ${resourceGroupName}, subscription ${subscriptionId})`,
    };
  }
}

/**
 * Whether Azure itself says that the token, its registry or its resource group is not there. A 404 without Azure's code
 * comes from something on the way, and a subscription that cannot be found is one that the identity does not see.
 */
function isGone(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return statusOf(error) === 404 && code.endsWith("NotFound") && code !== "SubscriptionNotFound";
}
