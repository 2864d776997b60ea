import { isDeepStrictEqual } from "node:util";
import type { CheckResult, Properties } from "provider-server";
import { type SlotName, slotNames } from "../../../args/credentialFiles";
import type { TokenOnAzure } from "../../azure/api/responses";
import type { Clock } from "../../clock";
import { adoptPasswords } from "../adoption";
import { requireExpiry } from "../deviations";
import { lostSlots, scheduleOnAzure, withExpiryOnAzure } from "../drift";
import type { PasswordWriter } from "../passwordWriter";
import { type Schedule, slotsToMake } from "../schedule";
import {
  type HeldPassword,
  heldPasswords,
  type Inputs,
  outputsOf,
  type SavedOutputs,
  type StoredPassword,
  slotsToCreate,
  stillListed,
  withCurrent,
} from "../state";
import { GivenPasswords } from "./givenPasswords";
import type { PasswordVault } from "./passwordVault";
import { withSlot } from "./plan";
import { isSameSecret, VaultPlanner } from "./planner";
import { VaultSecrets } from "./vaultSecrets";

/**
 * The operations of a `TokenCredentials` whose passwords are in Key Vault, before or after the operation.
 *
 * The newest version of the secret works at every moment: a new password is generated in the slot that is not current, and
 * written as the next version; only then the state changes. A run that ends between the two steps leaves the version before
 * as the newest one. A run that ends after the second step leaves the new version as the newest one; the next run finds it by
 * its tags and takes it over.
 */
export class VaultLifeCycle {
  private readonly secrets: VaultSecrets;
  private readonly planner: VaultPlanner;
  private readonly given = new GivenPasswords();

  /** @param signal cancels all pending operations */
  constructor(
    private readonly clock: Clock,
    signal: AbortSignal,
    private readonly writer: PasswordWriter,
  ) {
    this.secrets = new VaultSecrets(signal);
    this.planner = new VaultPlanner(writer, this.secrets, clock);
  }

  /** The resource with this URN is in the state. */
  saw(urn: string, inputs: Inputs, outputs: SavedOutputs): void {
    this.secrets.saw(urn, inputs, outputs);
  }

  /** Completes checked inputs; those without keyVault stay as they are. */
  async plan(urn: string, last: Inputs | undefined, checked: CheckResult): Promise<CheckResult> {
    const { inputs, failures } = await this.planner.plan(urn, last, checked);
    return { inputs: this.given.takeOut(urn, inputs), failures };
  }

  /** Generates the current password and writes it to the vault; of an adopted token, writes the given ones. */
  async create(urn: string, checked: Inputs, news: Properties, loginServer: string) {
    const inputs = this.given.putBack(urn, checked);
    const { tokenId, adopt } = inputs;
    const token = this.writer.token(inputs);
    const vault = this.secrets.vault(inputs);
    await vault.open(() => this.writer.slotsOnAzure(inputs), this.secrets.isInherited(urn, inputs));
    await vault.retireAllBut([]);
    const generate = (slots: readonly SlotName[]) => this.generateLive(inputs, slots, loginServer);
    const passwords = adopt
      ? await adoptPasswords(token, adopt, inputs, this.clock(), generate)
      : await generate(slotsToCreate(inputs));
    const stored: StoredPassword[] = [];
    for (const password of currentLast(passwords, inputs)) {
      const isCurrent = password.name === inputs.current;
      stored.push(await vault.store(password, loginServer, async () => password.value, isCurrent));
    }
    await vault.retireAllBut(stored);
    const adopted = slotNames.filter((name) => adopt?.[name] !== undefined);
    const saved = {
      username: token.username,
      loginServer,
      passwords: [],
      stored: inOrder(stored),
      ...(adopted.length > 0 && { adopted }),
    };
    this.secrets.saw(urn, inputs, saved);
    return { id: `${tokenId}/credentials`, outputs: outputsOf(news, saved), saved };
  }

  /**
   * Moves passwords into the vault, out of it, or to another secret; then generates and writes the password that the schedule
   * wants, disables the versions of passwords that have ended, and clears their slots.
   */
  async update(
    urn: string,
    before: Inputs,
    last: SavedOutputs,
    inputs: Inputs,
    news: Properties,
    loginServer: string,
  ): Promise<Properties> {
    // The identity in the state can have lost its access.
    const from = before.keyVault && this.secrets.vault({ ...before, azure: inputs.azure });
    const to = inputs.keyVault && this.secrets.vault(inputs);
    const moves = !isSameSecret(before.keyVault, inputs.keyVault);
    const slots = slotsToMake(before, inputs);
    const held = heldPasswords(last);
    const ending = held.filter(({ name }) => inputs.slots[name].cleared !== undefined);
    const isUnread = ({ name }: HeldPassword) => inputs.slots[name].unmanaged !== undefined;
    const staying = held.filter(
      (one) => !slots.includes(one.name) && !ending.includes(one) && !isUnread(one),
    );
    const read = (password: HeldPassword) => valueIn(password, last, from);
    if (last.awaited && !slots.includes(inputs.current)) {
      await this.writer.untilLive(inputs, { ...last, loginServer });
    }
    let saved: Pick<SavedOutputs, "passwords" | "stored" | "password">;
    if (to === undefined) {
      const kept = [];
      for (const password of staying) {
        kept.push({ ...withoutAddress(password), value: await read(password) });
      }
      const made = await this.generateLive(inputs, slots, loginServer);
      saved = withCurrent(inputs, [...kept, ...made]);
    } else if (!moves && isDeepStrictEqual(before.slots, inputs.slots)) {
      saved = { passwords: [], stored: last.stored ?? [] };
    } else {
      await to.open(() => this.writer.slotsOnAzure(inputs), this.secrets.isInherited(urn, inputs));
      const stored: StoredPassword[] = moves ? [] : (staying as StoredPassword[]);
      for (const password of moves ? currentLast(staying, inputs) : []) {
        const isCurrent = password.name === inputs.current;
        stored.push(await to.store(password, loginServer, () => read(password), isCurrent));
      }
      // Before their passwords end, so that no readable version holds a password that does not work.
      await to.retireAllBut(stored);
      if (slots.length > 0) {
        stored.push(await this.writeNew(to, inputs, slots, held, loginServer));
        // The version before, if its password had been lost.
        await to.retireAllBut(stored);
      }
      saved = { passwords: [], stored: inOrder(stored) };
    }
    await this.writer.clear(inputs, ending);
    if (from !== undefined && moves) {
      await from.forget();
    }
    const outputs = {
      username: last.username,
      loginServer,
      ...saved,
      ...stillListed("adopted", last, staying),
    };
    this.secrets.saw(urn, inputs, outputs);
    return outputsOf(news, outputs);
  }

  /** The new current password in the vault: the one that an interrupted run has written, or a new one. */
  private async writeNew(
    vault: PasswordVault,
    inputs: Inputs,
    slots: readonly SlotName[],
    held: readonly HeldPassword[],
    loginServer: string,
  ): Promise<StoredPassword> {
    const written = await vault.interrupted(inputs.current, held, () => this.writer.slotsOnAzure(inputs));
    if (written !== undefined) {
      return written;
    }
    const [made] = await this.generateLive(inputs, slots, loginServer);
    if (made === undefined) {
      throw new Error(`Azure generated no password for ${slots.join(" and ")}`);
    }
    return vault.store(made, loginServer, async () => made.value, true);
  }

  /** Compares the state with the token and with the vault. */
  async read(
    urn: string,
    id: string,
    savedInputs: Properties,
    state: Inputs,
    last: SavedOutputs,
    azure: TokenOnAzure,
    loginServer: string,
  ) {
    const { stored = [], username } = last;
    const lost = lostSlots(stored, azure.slots);
    const found = scheduleOnAzure(state, lost, azure.slots, [], false);
    const passwords = stored
      .filter(({ name }) => !lost.has(name))
      .map((password) => withExpiryOnAzure(password, azure.slots));
    const { current } = found;
    const password = passwords.find(({ name }) => name === current);
    const vault = this.secrets.vault(state);
    const reason = password && (await vault.whyUnavailable(password, passwords, azure.slots));
    const { unavailable: _, ...slot } = found.slots[current];
    const { slots } = withSlot(found, current, { ...slot, ...(reason && { unavailable: reason }) });
    const inputs = { ...savedInputs, current, slots } as unknown as Properties;
    const saved = {
      username,
      loginServer,
      passwords: [],
      stored: passwords,
      ...stillListed("adopted", last, passwords),
    };
    this.secrets.saw(urn, state, saved);
    return { id, inputs, outputs: outputsOf(inputs, saved) };
  }

  /**
   * Deletes the secret, if there is one, after its versions are disabled. If the resource that replaces this one has the same
   * secret, only disables the versions of this one.
   *
   * @param staying the slots whose passwords keep working
   */
  async delete(
    urn: string,
    inputs: Inputs,
    { stored = [] }: SavedOutputs,
    staying: readonly SlotName[],
  ): Promise<void> {
    if (inputs.keyVault === undefined) {
      return;
    }
    const vault = this.secrets.vault(inputs);
    if (this.secrets.hasSuccessor(urn, inputs.keyVault)) {
      const isStillRead = ({ name, versionId }: StoredPassword) =>
        staying.includes(name) && this.secrets.isLive(urn, versionId);
      await vault.retire(stored.filter((password) => !isStillRead(password)));
    } else {
      await vault.retire(stored);
      await vault.forget();
    }
  }

  /** Generates passwords, and waits until the registry accepts the current one if the program wants that. */
  private async generateLive(inputs: Inputs, slots: readonly SlotName[], loginServer: string) {
    const made = await this.writer.generate(inputs, slots);
    const token = this.writer.token(inputs);
    requireExpiry(token, made, inputs.slots);
    const password = made.find(({ name }) => name === inputs.current)?.value;
    await this.writer.untilLive(inputs, { username: token.username, loginServer, password });
    return made;
  }
}

/** The order in which passwords are written: the newest version is the current one. */
function currentLast<T extends HeldPassword>(passwords: readonly T[], { current }: Schedule): T[] {
  return [...passwords].sort((one, other) => Number(one.name === current) - Number(other.name === current));
}

function inOrder(stored: readonly StoredPassword[]): StoredPassword[] {
  return [...stored].sort((one, other) => one.name.localeCompare(other.name));
}

/** The value of a password of the state, or of the vault that it is in. */
async function valueIn(
  password: HeldPassword,
  { passwords }: SavedOutputs,
  from: PasswordVault | undefined,
): Promise<string> {
  const value = passwords.find(({ name }) => name === password.name)?.value;
  return value ?? (from as PasswordVault).value(password as StoredPassword);
}

function withoutAddress({ versionId: _, ...password }: HeldPassword): HeldPassword {
  return password;
}
