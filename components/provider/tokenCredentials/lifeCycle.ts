import {
  type Changes,
  type CheckResult,
  PartialFailure,
  type Properties,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  unknown,
} from "provider-server";
import { slotNames } from "../../args/credentialFiles";
import { sameId } from "../../args/resourceIds";
import { LoginServers } from "../azure/api/loginServers";
import type { TokenCache } from "../azure/api/tokenCache";
import { type Clock, dayOf } from "../clock";
import { requireReferences, withReferences } from "../inputs";
import type { LifeCycle } from "../lifeCycle";
import type { TokensInRun } from "../tokensInRun";
import { forState } from "../values";
import { adoptPasswords, failuresOf, planAdoption, requireNoPasswords } from "./adoption";
import { changes } from "./changes";
import { checkInputs } from "./check";
import { CheckedInputs } from "./checkedInputs";
import { checkExpiry } from "./deviations";
import { refreshed } from "./drift";
import { checkOverlapToday } from "./overlap";
import { PasswordWriter } from "./passwordWriter";
import { previewOfCreate, previewOfUpdate } from "./preview";
import { RunMemory } from "./runMemory";
import { importError, readLastInputs, readSaved } from "./savedState";
import { firstSchedule, nextSchedule, type Schedule } from "./schedule";
import {
  heldPasswords,
  outputsOf,
  passwordsToClear,
  previousLoginServer,
  readInputs,
  slotsToRegenerate,
  stillListed,
  withCurrent,
} from "./state";
import { VaultLifeCycle } from "./vault/vaultLifeCycle";

const references = ["tokenId"];

/** The life cycle of a `TokenCredentials`: both passwords of one token. Azure generates a password and shows it once. */
export class TokenCredentialsLifeCycle implements LifeCycle {
  private readonly memory = new RunMemory();
  private readonly checked = new CheckedInputs();
  private readonly writer: PasswordWriter;
  private readonly vault: VaultLifeCycle;
  /** Two caches: a registry can be replaced after the refresh. */
  private readonly loginServers: { readonly created: LoginServers; readonly refreshed: LoginServers };

  /**
   * @param clock returns the current time
   * @param signal cancels all pending operations
   * @param tokenCache the cache of a refresh
   */
  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
    private readonly tokenCache: TokenCache,
    private readonly tokens: TokensInRun,
  ) {
    this.loginServers = { created: new LoginServers(signal), refreshed: new LoginServers(signal) };
    this.writer = new PasswordWriter(signal, tokenCache, this.memory);
    this.vault = new VaultLifeCycle(clock, signal, this.writer);
  }

  /**
   * Validates the inputs and adds the schedule, so that a preview shows what happens to which password. An adoption asks Azure, in
   * a preview too, so that the preview refuses what cannot be adopted.
   *
   * @param olds the inputs of the last run; empty for a new resource, and for one that replaces another
   */
  async check({ urn }: ResourceReference, olds: Properties, news: Properties): Promise<CheckResult> {
    const scheduled = await this.schedule(urn, olds, news);
    const result = await this.vault.plan(urn, readLastInputs(urn, olds), scheduled);
    this.checked.remember(urn, result.inputs);
    return result;
  }

  private async schedule(urn: string, olds: Properties, news: Properties): Promise<CheckResult> {
    const given = withReferences(news, olds, references);
    const { tokenId, rules, reader, isKnown, canAskAzure } = checkInputs(given);
    const { failures } = reader;
    // An adopted password is in the state, whether or not the program still has adopt. An error never shows adopt.
    const { adopt, ...inputs } = forState(given);
    if (failures.length > 0 || tokenId === "") {
      return { inputs, failures };
    }
    const last = readLastInputs(urn, olds);
    if (last !== undefined) {
      this.memory.sawSaved(urn, last);
    }
    if (!isKnown) {
      return { inputs: { ...inputs, current: unknown, slots: unknown }, failures };
    }
    const today = dayOf(this.clock());
    const withSchedule = (schedule: Schedule, others: Properties = {}): CheckResult => ({
      inputs: { ...inputs, ...others, ...schedule } as unknown as Properties,
      failures,
    });
    // Another token gets passwords of its own.
    if (last !== undefined && sameId(last.tokenId, tokenId)) {
      const failure = checkOverlapToday(last, rules, today, urn);
      if (failure !== undefined) {
        reader.fail([failure]);
      }
      return withSchedule(nextSchedule(last, rules, today));
    }
    const access = this.tokens.of(tokenId).find(({ isNew }) => isNew);
    const isNew = adopt === undefined && (access === undefined || !canAskAzure);
    // A replacement regenerates both passwords: it is the answer to a leak.
    if (isNew || this.memory.isReplacement(urn, tokenId)) {
      return withSchedule(firstSchedule(rules, today));
    }
    if (!canAskAzure) {
      return { inputs: { ...inputs, adopt, current: unknown, slots: unknown }, failures };
    }
    try {
      if (adopt === undefined) {
        const slots = access?.slots ?? (await this.writer.token(readInputs(inputs)).get())?.slots ?? [];
        requireNoPasswords(slots, this.clock());
        return withSchedule(firstSchedule(rules, today));
      }
      const args = readInputs({ ...inputs, adopt });
      const loginServer = args.loginServer ?? (await this.loginServers.created.find(args));
      const schedule = await planAdoption(
        this.writer.token(args),
        args,
        loginServer,
        this.clock(),
        this.signal,
      );
      return withSchedule(schedule, { adopt });
    } catch (error) {
      return { inputs, failures: failuresOf(error) };
    }
  }

  diff({ urn }: ResourceReference, old: ResourceState, news: Properties): Changes {
    const { inputs, outputs } = readSaved(urn, old);
    this.memory.sawSaved(urn, inputs);
    this.memory.sawSlots(inputs, outputs);
    this.vault.saw(urn, inputs, outputs);
    const found = changes(urn, old, news);
    // The preview of the update refuses inputs that were changed after the check.
    return this.checked.changesOf(urn, readInputs(news)).length > 0 ? { ...found, hasChanges: true } : found;
  }

  /**
   * Has Azure generate both passwords, by one write; of an adopted token, the missing ones.
   *
   * @throws PartialFailure, which saves the passwords, if Azure gave them another expiry, or the registry does not accept the
   *   current one in time
   */
  async create({ urn }: ResourceReference, news: Properties) {
    requireReferences(news, references);
    const inputs = this.checked.take(urn, news);
    const { adopt } = inputs;
    const id = `${inputs.tokenId}/credentials`;
    const token = this.writer.token(inputs);
    // Before a password is generated that a failure would lose.
    const loginServer = inputs.loginServer ?? (await this.loginServers.created.find(inputs));
    if (inputs.keyVault !== undefined) {
      const { saved, ...created } = await this.vault.create(urn, inputs, news, loginServer);
      this.memory.sawStored(urn, saved.stored);
      this.memory.sawSlots(inputs, saved);
      return created;
    }
    const passwords = adopt
      ? await adoptPasswords(token, adopt, inputs, this.clock(), (slots) =>
          this.writer.generate(inputs, slots),
        )
      : await this.writer.generate(inputs, slotNames);
    const adopted = slotNames.filter((name) => adopt?.[name] !== undefined);
    const saved = {
      username: token.username,
      loginServer,
      ...withCurrent(inputs, passwords),
      ...(adopted.length > 0 && { adopted }),
    };
    const made = passwords.map(({ name }) => name).filter((name) => !adopted.includes(name));
    checkExpiry(token, id, news, saved, made);
    this.memory.sawCreated(urn, inputs);
    this.memory.sawSlots(inputs, saved);
    try {
      await this.writer.untilLive(inputs, saved);
    } catch (error) {
      // Saved as the passwords of this resource: the passwords of a replaced one do not work any more.
      const outputs = outputsOf(news, { ...saved, awaited: true });
      throw new PartialFailure((error as Error).message, { id, outputs }, { cause: error });
    }
    return { id, outputs: outputsOf(news, saved) };
  }

  previewCreate({ urn }: ResourceReference, news: Properties): Properties {
    requireReferences(news, references);
    this.checked.require(urn, news);
    return previewOfCreate(news);
  }

  /**
   * Has Azure generate the passwords that the schedule wants, by one write, or clear the one whose overlap has ended. If the
   * registry does not accept the new current password in time, the whole step fails. The state keeps the password that is
   * current now, and the next run generates the new one again.
   */
  async update({ urn }: ResourceReference, old: ResourceState, news: Properties): Promise<Properties> {
    const { inputs: before, outputs: last } = readSaved(urn, old);
    const inputs = this.checked.take(urn, news, before);
    const loginServer =
      inputs.loginServer ??
      previousLoginServer(before, last) ??
      (await this.loginServers.created.find(inputs));
    if (inputs.keyVault !== undefined || before.keyVault !== undefined) {
      return this.vault.update(urn, before, last, inputs, news, loginServer);
    }
    const slots = slotsToRegenerate(before, inputs, last);
    const made = await this.writer.generate(inputs, slots);
    const ending = passwordsToClear(inputs, last);
    await this.writer.clear(inputs, ending);
    const staying = last.passwords.filter((one) => !slots.includes(one.name) && !ending.includes(one));
    const saved = {
      username: last.username,
      loginServer,
      ...withCurrent(inputs, [...staying, ...made]),
      ...stillListed("adopted", last, staying),
      ...stillListed("deviating", last, staying),
    };
    checkExpiry(this.writer.token(inputs), old.id, news, saved, slots);
    this.memory.sawSlots(inputs, saved);
    if (last.awaited || slots.includes(inputs.current)) {
      await this.writer.untilLive(inputs, saved);
    }
    return outputsOf(news, saved);
  }

  previewUpdate({ urn }: ResourceReference, old: ResourceState, news: Properties): Properties {
    this.checked.require(urn, news, readSaved(urn, old).inputs);
    return previewOfUpdate(urn, old, news);
  }

  /**
   * Compares the state with Azure. Drops a password that someone else regenerated or cleared, and says why in its slot, so
   * that the next preview shows it and the next `pulumi up` repairs it. Takes over Azure's expiry of each password.
   */
  async read({ urn }: ResourceReference, id: string, { inputs: savedInputs, outputs }: ReadState) {
    if (savedInputs === undefined) {
      throw importError(id);
    }
    const { inputs: state, outputs: last } = readSaved(urn, { inputs: savedInputs, outputs });
    const azure = await this.tokenCache.read(this, state.tokenId, state.azure);
    if (azure === undefined) {
      this.memory.sawGone(urn);
      return undefined;
    }
    this.memory.sawSaved(urn, state);
    const loginServer = state.loginServer ?? (await this.loginServers.refreshed.find(state));
    if (state.keyVault !== undefined) {
      return this.vault.read(urn, id, savedInputs, state, last, azure, loginServer);
    }
    return refreshed(id, { inputs: savedInputs, outputs }, state, last, azure.slots, loginServer);
  }

  /**
   * Clears the slots that still hold the passwords that this resource generated. Leaves alone what someone else generated, and
   * what the resource that replaces this one has adopted.
   *
   * @throws Error if the replacement adopted passwords of this resource, which a replacement is to end
   */
  async delete({ urn }: ResourceReference, old: ResourceState): Promise<void> {
    const { inputs, outputs } = readSaved(urn, old);
    const { tokenId } = inputs;
    const { adopted = [] } = outputs;
    const azure = this.memory.identityFor(inputs);
    const others = [...adopted, ...this.memory.slotsNotOurs(tokenId)];
    await this.vault.delete(urn, { ...inputs, azure }, outputs, others);
    const ours = heldPasswords(outputs).filter(({ name }) => !others.includes(name));
    await this.writer.clear({ tokenId, azure }, ours);
    this.memory.requireEnded(urn, outputs);
  }
}
