import type { Token, TokenPassword } from "@azure/arm-containerregistry";
import type { AzureSettings } from "../../common/azureSettings";
import { type SlotName, slotNames } from "../../common/credentialFiles";
import { parseTokenId, type TokenAddress } from "../../common/resourceIds";
import { findCloud } from "./cloud";
import { findCredential, lookedFor, signInAdvice } from "./credential";
import { azureError, codeOf, isSignInError, statusOf } from "./errors";
import { exclusively } from "./exclusively";
import { outlast } from "./outlast";
import { resolveSettings } from "./settings";

/** A password slot as Azure shows it: never with its password. */
export interface SlotOnAzure {
  readonly name: SlotName;
  readonly creationTime: Date;
  readonly expiry?: Date;
}

/** A token as Azure shows it. */
export interface TokenOnAzure {
  readonly scopeMapId: string | undefined;
  readonly status: string | undefined;
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

/** Loads Azure's SDK. */
const loadSdk = () => import("@azure/arm-containerregistry");

type ManagementClient = InstanceType<
  Awaited<ReturnType<typeof loadSdk>>["ContainerRegistryManagementClient"]
>;

/** How long to wait between two looks at a long-running operation, in ms, where Azure does not say. */
const pollInterval = 1_000;

/**
 * One token on Azure. Each call waits for its turn among the calls for the same token, outlasts conflicts, and fails with
 * an error that says what to do. The SDK is loaded with the first call.
 */
export class AzureToken {
  private readonly address: TokenAddress;
  private readonly settings: AzureSettings;

  /**
   * @param id the token's resource id
   * @param access the identity to use; what is missing in it comes from the environment
   * @param signal ends every wait
   */
  constructor(
    private readonly id: string,
    access: AzureSettings | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.address = parseTokenId(id);
    this.settings = resolveSettings(access);
  }

  /** The name to log in with. */
  get username(): string {
    return this.address.tokenName;
  }

  /** What Azure has, or undefined where the token, its registry or its resource group is gone. */
  async get(): Promise<TokenOnAzure | undefined> {
    try {
      return await this.call("read the passwords", async (client, abortSignal) => {
        const { resourceGroupName, registryName, tokenName } = this.address;
        const token = await client.tokens.get(resourceGroupName, registryName, tokenName, {
          abortSignal,
        });
        return tokenOnAzure(token);
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
      const result = await client.registries.generateCredentials(
        resourceGroupName,
        registryName,
        // Without a name Azure makes both.
        { tokenId: this.id, expiry, name: slots.length === 1 ? slots[0] : undefined },
        { abortSignal, updateIntervalInMs: pollInterval },
      );
      // Azure lists every slot, but shows only what it has just made: picked by name, never by place.
      return slots.map((name) => newPassword(name, result.passwords ?? []));
    });
  }

  /** Changes the token by PATCH, which leaves its passwords alone; a PUT would drop them. */
  async change({ scopeMapId, status, keep }: TokenChange, doing: string): Promise<void> {
    await this.call(doing, async (client, abortSignal) => {
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
    });
  }

  private call<T>(
    doing: string,
    work: (client: ManagementClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return exclusively(this.id.toLowerCase(), async () => {
      try {
        const client = await managementClient(this.settings, this.address.subscriptionId, this.signal);
        return await outlast((signal) => work(client, signal), this.signal);
      } catch (error) {
        if (this.signal.aborted) {
          throw new Error(`cancelled while waiting to ${doing} of token ${this.address.tokenName}`);
        }
        throw azureError(this.withSearch(error), doing, this.address, signInAdvice(this.settings));
      }
    });
  }

  /** A sign-in that failed, with what was looked for. */
  private withSearch(error: unknown): unknown {
    if (error instanceof Error && isSignInError(error)) {
      error.message = `no sign-in to Azure: ${error.message} (${lookedFor(this.settings)})`;
    }
    return error;
  }
}

const clients = new Map<string, Promise<ManagementClient>>();

/** The SDK's client, one for each identity and subscription, so that a sign-in serves more than one call. */
function managementClient(
  settings: AzureSettings,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<ManagementClient> {
  const key = JSON.stringify([settings, subscriptionId]);
  let client = clients.get(key);
  if (client === undefined) {
    client = newManagementClient(settings, subscriptionId, signal);
    clients.set(key, client);
    client.catch(() => clients.delete(key));
  }
  return client;
}

async function newManagementClient(
  settings: AzureSettings,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<ManagementClient> {
  const cloud = await findCloud(settings, signal);
  const credential = await findCredential(settings, cloud);
  const sdk = await loadSdk();
  const client = new sdk.ContainerRegistryManagementClient(credential, subscriptionId, {
    endpoint: cloud.resourceManager,
    credentials: { scopes: [`${cloud.resourceManager}/.default`] },
    userAgentOptions: { userAgentPrefix: "pulumi-acr-token" },
  });
  // A write is tried again by outlast, which knows of conflicts too, and of a limit. The SDK's own retries are for reading:
  // a lost look at a long-running operation must not repeat the write.
  const [retries] = client.pipeline.removePolicy({ name: "defaultRetryPolicy" });
  client.pipeline.addPolicy(
    {
      name: "retriesOfReading",
      sendRequest: (request, next) =>
        request.method === "GET" && retries ? retries.sendRequest(request, next) : next(request),
    },
    { phase: "Retry" },
  );
  return client;
}

function tokenOnAzure({ scopeMapId, status, credentials }: Token): TokenOnAzure {
  const slots = (credentials?.passwords ?? []).flatMap(({ name, creationTime, expiry }) =>
    isSlotName(name) && creationTime ? [{ name, creationTime, ...(expiry && { expiry }) }] : [],
  );
  return { scopeMapId, status, slots };
}

function newPassword(name: SlotName, passwords: readonly TokenPassword[]): NewPassword {
  const made = passwords.find((password) => password.name === name);
  if (!made?.value || !made.creationTime) {
    throw new Error(`Azure's answer has no ${name} with a value and a creationTime`);
  }
  return {
    name,
    value: made.value,
    creationTime: made.creationTime,
    ...(made.expiry && { expiry: made.expiry }),
  };
}

function isSlotName(name: string | undefined): name is SlotName {
  return slotNames.includes(name as SlotName);
}

/**
 * Whether Azure itself says that the token, its registry or its resource group is not there. A 404 without Azure's code
 * comes from something on the way, and a subscription that cannot be found is one that the identity does not see.
 */
function isGone(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return statusOf(error) === 404 && code.endsWith("NotFound") && code !== "SubscriptionNotFound";
}
