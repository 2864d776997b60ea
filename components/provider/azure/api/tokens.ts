import type { AzureSettings } from "../../../args/azureSettings";
import type { SlotName } from "../../../args/credentialFiles";
import { parseTokenId, registryPath, type TokenAddress } from "../../../args/resourceIds";
import type { ResourceManagerClient } from "../http/client";
import { codeOf, statusOf } from "../http/errors";
import { withLock } from "../http/keyedMutex";
import { type Call, callAzure } from "./call";
import {
  type NewPassword,
  readNewPasswords,
  readToken,
  readWritten,
  type SlotOnAzure,
  type TokenOnAzure,
} from "./responses";

/** A change of a token by PATCH. What is not given stays as it is. */
export interface TokenChange {
  readonly scopeMapId?: string;
  readonly status?: string;
  /** The slots to keep; the other slots are cleared. */
  readonly keep?: readonly SlotOnAzure[];
}

/** A token on Azure. One call on a token runs at a time. */
export class AzureToken {
  private readonly address: TokenAddress;
  private readonly path: string;

  /**
   * @param id the token's resource id
   * @param access the identity to use; the environment supplies missing settings
   * @param signal aborts when the user cancels
   */
  constructor(
    private readonly id: string,
    private readonly access: AzureSettings | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.address = parseTokenId(id);
    this.path = `${registryPath(this.address)}/tokens/${this.address.tokenName}`;
  }

  /** The user name of the token's passwords. */
  get username(): string {
    return this.address.tokenName;
  }

  /** The token in an error: `token mytoken of registry myregistry (resource group …)`. */
  get description(): string {
    const { what, where } = this.words;
    return `${what} ${where}`;
  }

  /** Reads the token; undefined if the token, its registry or its resource group does not exist. */
  async get(): Promise<TokenOnAzure | undefined> {
    try {
      return await this.call("read the passwords", (client) => this.read(client));
    } catch (error) {
      if (error instanceof Error && isGone(error.cause)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Has Azure generate new passwords, by one write.
   *
   * @param slots one or both
   * @param expiry when the passwords expire; undefined: never
   */
  async generateCredentials(slots: readonly SlotName[], expiry: Date | undefined): Promise<NewPassword[]> {
    // Without a name Azure generates both.
    const body = { tokenId: this.id, expiry, name: slots.length === 1 ? slots[0] : undefined };
    return this.call(`generate ${slots.join(" and ")}`, (client) =>
      client.write("POST", `${registryPath(this.address)}/generateCredentials`, body, (response) =>
        readNewPasswords(response, slots),
      ),
    );
  }

  /**
   * Changes the token by PATCH, which leaves its passwords alone; a PUT would drop them.
   *
   * @returns the token as Azure stored it, which can differ from the requested change: Azure Policy modifies writes
   */
  async change({ scopeMapId, status, keep }: TokenChange, doing: string): Promise<TokenOnAzure> {
    const properties = {
      scopeMapId,
      status,
      // Azure keeps a slot by its name. The creation time is left out: a Date has lost its microseconds.
      credentials: keep && { passwords: keep.map(({ name, expiry }) => ({ name, expiry })) },
    };
    return this.call(doing, async (client) => {
      const written = await client.write("PATCH", this.path, { properties }, (response) =>
        readWritten(response, this.address.tokenName),
      );
      return written ?? this.read(client);
    });
  }

  private read(client: ResourceManagerClient): Promise<TokenOnAzure> {
    return client.get(this.path, (response) => readToken(response, this.address.tokenName));
  }

  private call<T>(doing: string, work: (client: ResourceManagerClient) => Promise<T>): Promise<T> {
    const { subscriptionId } = this.address;
    const call = { doing, ...this.words, subscriptionId };
    return withLock(this.id.toLowerCase(), () => callAzure(call, this.access, this.signal, work));
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
 * Whether Azure says that the token, its registry or its resource group does not exist. A 404 without Azure's code is the answer
 * of a proxy, and a subscription that is not found is one that the identity cannot see.
 */
function isGone(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return statusOf(error) === 404 && code.endsWith("NotFound") && code !== "SubscriptionNotFound";
}
