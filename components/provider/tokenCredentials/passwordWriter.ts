import type { Password, SlotName } from "../../args/credentialFiles";
import { untilAccepted } from "../azure/api/registryLogin";
import type { SlotOnAzure } from "../azure/api/responses";
import type { TokenCache } from "../azure/api/tokenCache";
import { AzureToken } from "../azure/api/tokens";
import { hasServerTime, requireServerTime } from "../azure/http/serverClock";
import { endOf } from "../clock";
import { checkCleared } from "./deviations";
import { isOurs } from "./drift";
import type { RunMemory } from "./runMemory";
import { type Arguments, type HeldPassword, type Inputs, password, type SavedOutputs } from "./state";

/** Generates and clears the passwords of tokens. */
export class PasswordWriter {
  /**
   * @param signal cancels all pending operations
   * @param tokenCache the cache of a refresh
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly tokenCache: TokenCache,
    private readonly memory: RunMemory,
  ) {}

  /** The token, for operations that change it. */
  token(args: Arguments): AzureToken {
    this.memory.usedIdentity(args);
    this.tokenCache.forget(args.tokenId);
    return new AzureToken(args.tokenId, args.azure, this.signal);
  }

  /** The slots of a token as Azure shows them; none if there is no such token. */
  async slotsOnAzure(args: Arguments): Promise<readonly SlotOnAzure[]> {
    return (await this.token(args).get())?.slots ?? [];
  }

  /** Has Azure generate the passwords of these slots, by one write, with the expiry in their schedule. */
  async generate(inputs: Inputs, slots: readonly SlotName[]): Promise<Password[]> {
    const [first] = slots;
    if (first === undefined) {
      return [];
    }
    // Passwords that are generated together expire on one day.
    const { expiresOn } = inputs.slots[first];
    const token = this.token(inputs);
    if (!hasServerTime()) {
      await token.get();
    }
    requireServerTime();
    const made = await token.generateCredentials(slots, expiresOn ? endOf(expiresOn) : undefined);
    return made.map(password);
  }

  /** Clears the slots that still hold these passwords, by one write, and keeps the others as they are. */
  async clear(args: Arguments, passwords: readonly HeldPassword[]): Promise<void> {
    if (passwords.length === 0) {
      return;
    }
    const token = this.token(args);
    const before = await token.get();
    const ours = before?.slots.filter((slot) => isOurs(slot, passwords)) ?? [];
    if (before !== undefined && ours.length > 0) {
      const keep = before.slots.filter((slot) => !ours.includes(slot));
      const doing = `clear ${ours.map(({ name }) => name).join(" and ")}`;
      checkCleared(token, doing, before, keep, await token.change({ keep }, doing));
    }
  }

  /** If the program sets waitUntilLive, waits until the registry accepts the new current password. */
  async untilLive(
    inputs: Inputs,
    { username, loginServer, password }: Omit<SavedOutputs, "passwords">,
  ): Promise<void> {
    const { waitUntilLive, current } = inputs;
    if (!waitUntilLive || password === undefined) {
      return;
    }
    // Nobody can log in with a disabled token.
    if ((await this.token(inputs).get())?.status === "disabled") {
      return;
    }
    try {
      await untilAccepted(loginServer, username, password, this.signal);
    } catch (error) {
      throw new Error(
        this.signal.aborted
          ? `cancelled while waiting until the registry accepts ${current} of token ${username}`
          : `the new ${current} of token ${username} is not known to work: ${(error as Error).message}`,
      );
    }
  }
}
