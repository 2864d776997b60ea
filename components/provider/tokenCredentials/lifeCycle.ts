import {
  type Changes,
  type Checked,
  PartialFailure,
  type Properties,
  type ReadState,
  type ResourceReference,
  type ResourceState,
  unknown,
} from "provider-server";
import { type Password, type SlotName, slotNames } from "../../common/credentialFiles";
import { sameId } from "../../common/resourceIds";
import { untilAccepted } from "../azure/login";
import { LoginServers } from "../azure/loginServers";
import type { Looks } from "../azure/looks";
import { AzureToken } from "../azure/tokens";
import { addDays, type Clock, dayOf } from "../clock";
import { requireReferences, withReferences } from "../inputs";
import type { LifeCycle } from "../lifeCycle";
import { forState } from "../values";
import { adoptPasswords, failuresOf, planAdoption } from "./adoption";
import { changes } from "./changes";
import { checkInputs } from "./check";
import { checkCleared, checkExpiry } from "./deviations";
import { isOurs, lostSlots, scheduleWithout } from "./drift";
import { expectedOfCreate, expectedOfUpdate } from "./expected";
import { checkOverlapToday } from "./overlap";
import { firstSchedule, nextSchedule, type Rules, slotsToMake } from "./schedule";
import {
  type Arguments,
  cleared,
  type Found,
  holding,
  type Inputs,
  keptLoginServer,
  outlook,
  outputsOf,
  password,
  readFound,
  readInputs,
  stillAdopted,
} from "./state";

const references = ["tokenId"];

/** The life of a `TokenCredentials`: both passwords of one token, each made by Azure and shown once. */
export class TokenCredentialsLifeCycle implements LifeCycle {
  /** The identity that was last used for each token. */
  private readonly identities = new Map<string, Arguments["azure"]>();
  /** The slots of each token with passwords that its resource did not make: whoever it replaces leaves them alone. */
  private readonly notMade = new Map<string, readonly SlotName[]>();
  /** Two, since a registry may be made anew after it was refreshed. */
  private readonly loginServers: { readonly created: LoginServers; readonly refreshed: LoginServers };

  /**
   * @param clock tells the time
   * @param signal ends every wait
   * @param looks what a refresh reads
   */
  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
    private readonly looks: Looks,
  ) {
    this.loginServers = { created: new LoginServers(signal), refreshed: new LoginServers(signal) };
  }

  /**
   * Validates the inputs and adds the schedule: what is going to happen to which password, in sight of the preview. For a
   * token that is to be taken over Azure is asked, in a preview too: so it shows what is taken over and what is made anew,
   * and what cannot be is refused before anything is imported.
   *
   * @param olds the inputs of the last run; empty where there was none
   */
  async check({ urn }: ResourceReference, olds: Properties, news: Properties): Promise<Checked> {
    const given = withReferences(news, olds, references);
    const { tokenId, rules, reader, isKnown, canAsk } = checkInputs(given);
    const { failures } = reader;
    // What was taken over is in the state: whether the program still says so is no matter. Nor is it shown in an error.
    const { adopt, ...inputs } = forState(given);
    if (failures.length > 0 || tokenId === "") {
      return { inputs, failures };
    }
    if (!isKnown) {
      return { inputs: { ...inputs, current: unknown, slots: unknown }, failures };
    }
    const today = dayOf(this.clock());
    const last: Partial<Inputs> = readInputs(olds);
    const { current, slots } = last;
    // Another token gets passwords of its own.
    if (current !== undefined && slots !== undefined && sameId(last.tokenId ?? "", tokenId)) {
      const before = { ...last, current, slots };
      const fault = checkOverlapToday(before, rules, today, urn);
      if (fault !== undefined) {
        reader.fail(fault.property, fault.reason);
      }
      const schedule = nextSchedule(before, rules, today);
      return { inputs: { ...inputs, ...schedule } as unknown as Properties, failures };
    }
    if (adopt === undefined) {
      return { inputs: { ...inputs, ...firstSchedule(rules, today) } as unknown as Properties, failures };
    }
    if (!canAsk) {
      return { inputs: { ...inputs, adopt, current: unknown, slots: unknown }, failures };
    }
    try {
      const asked = readInputs({ ...inputs, adopt });
      const loginServer = asked.loginServer ?? (await this.loginServers.created.find(asked));
      const token = this.token(asked);
      const schedule = await planAdoption(token, asked, loginServer, this.clock(), this.signal);
      return { inputs: { ...inputs, adopt, ...schedule } as unknown as Properties, failures };
    } catch (error) {
      return { inputs, failures: failuresOf(error) };
    }
  }

  diff(_resource: ResourceReference, old: ResourceState, news: Properties): Changes {
    this.remember(readInputs(old.inputs), readFound(old.outputs));
    return changes(old, news);
  }

  /**
   * Has Azure make both passwords, by one write; of a token that is taken over, those that are not there.
   *
   * @throws PartialFailure, which keeps them, if Azure gave them another expiry, or the registry does not accept them in time
   */
  async create(_resource: ResourceReference, news: Properties) {
    requireReferences(news, references);
    const inputs = readInputs(news);
    const id = `${inputs.tokenId}/credentials`;
    const token = this.token(inputs);
    // Before anything is made that could be lost.
    const loginServer = inputs.loginServer ?? (await this.loginServers.created.find(inputs));
    const { adopt } = inputs;
    const expiry = this.expiry(inputs);
    const passwords = adopt
      ? await adoptPasswords(token, adopt, inputs, this.clock(), expiry)
      : (await token.makePasswords(slotNames, expiry)).map(password);
    const adopted = slotNames.filter((name) => adopt?.[name] !== undefined);
    const found = {
      username: token.username,
      loginServer,
      ...holding(inputs, passwords),
      ...(adopted.length > 0 && { adopted }),
    };
    this.remember(inputs, found);
    const made = passwords.map(({ name }) => name).filter((name) => !adopted.includes(name));
    checkExpiry(token, id, news, found, made, expiry);
    try {
      await this.untilLive(inputs, found);
    } catch (error) {
      // The passwords are in the state, as those of this resource that is there: what it replaces has lost its own.
      const outputs = outputsOf(news, { ...found, awaited: true });
      throw new PartialFailure((error as Error).message, { id, outputs }, { cause: error });
    }
    return { id, outputs: outputsOf(news, found) };
  }

  previewCreate(_resource: ResourceReference, news: Properties): Properties {
    requireReferences(news, references);
    return expectedOfCreate(news);
  }

  /**
   * Has Azure make those passwords that the schedule wants new, by one write, or clear the one whose overlap is over, and
   * do nothing where it wants neither. Where the registry does not accept the new current one in time the whole step fails:
   * the state, and with it the password that is current now, stays as it is, and the next run makes the new one anew.
   */
  async update(_resource: ResourceReference, old: ResourceState, news: Properties): Promise<Properties> {
    const before = readInputs(old.inputs);
    const last = readFound(old.outputs);
    const inputs = readInputs(news);
    const loginServer =
      inputs.loginServer ?? keptLoginServer(before, last) ?? (await this.loginServers.created.find(inputs));
    const slots = slotsToMake(before, inputs);
    const token = this.token(inputs);
    const expiry = this.expiry(inputs);
    const made = slots.length === 0 ? [] : await token.makePasswords(slots, expiry);
    const over = cleared(inputs, last);
    await this.clear(inputs, over);
    const kept = last.passwords.filter((one) => !slots.includes(one.name) && !over.includes(one));
    const passwords = [...kept, ...made.map(password)];
    const found = {
      username: last.username,
      loginServer,
      ...holding(inputs, passwords),
      ...stillAdopted(last, kept),
    };
    this.remember(inputs, found);
    checkExpiry(token, old.id, news, found, slots, expiry);
    if (last.awaited || slots.includes(inputs.current)) {
      await this.untilLive(inputs, found);
    }
    return outputsOf(news, found);
  }

  previewUpdate(_resource: ResourceReference, old: ResourceState, news: Properties): Properties {
    return expectedOfUpdate(old, news);
  }

  /**
   * Compares what Azure shows with the state. A password that somebody else replaced or cleared is dropped, and its slot
   * says why, so that the next preview does too and the next `pulumi up` mends it. What still works stays as it is.
   */
  async read(_resource: ResourceReference, id: string, { inputs: saved, outputs }: ReadState) {
    if (saved === undefined) {
      throw new Error(
        `${id} cannot be imported: Azure shows a password only to the one who had it made, so let pulumi up create a TokenCredentials, which makes both anew`,
      );
    }
    const state = readInputs(saved);
    const last = readFound(outputs);
    const azure = await this.looks.read(this, state.tokenId, state.azure);
    if (azure === undefined) {
      return undefined;
    }
    const loginServer = state.loginServer ?? (await this.loginServers.refreshed.find(state));
    const lost = lostSlots(last.passwords, azure.slots);
    if (lost.size === 0) {
      return { id, inputs: saved, outputs: { ...outputs, loginServer, ...outlook(state, last) } };
    }
    const schedule = scheduleWithout(lost, state);
    const kept = last.passwords.filter(({ name }) => !lost.has(name));
    const inputs = { ...saved, ...schedule } as unknown as Properties;
    const found = {
      username: last.username,
      loginServer,
      ...holding(schedule, kept),
      ...stillAdopted(last, kept),
      ...(last.awaited && { awaited: true }),
    };
    return { id, inputs, outputs: outputsOf(inputs, found) };
  }

  /**
   * Clears the slots that still hold the passwords that were made here, and no one else's: nor those that the resource which
   * replaces this one has taken over.
   */
  async delete(_resource: ResourceReference, old: ResourceState): Promise<void> {
    const { tokenId, azure: last } = readInputs(old.inputs);
    const { passwords, adopted = [] } = readFound(old.outputs);
    const others = [...adopted, ...(this.notMade.get(tokenId.toLowerCase()) ?? [])];
    const made = passwords.filter(({ name }) => !others.includes(name));
    // The identity in the state may be one that is no longer let in, where this run has come with another.
    const azure = this.identities.has(tokenId) ? this.identities.get(tokenId) : last;
    await this.clear({ tokenId, azure }, made);
  }

  /** Clears those of these passwords that are still in their slots, by one write, and keeps the rest as it is. */
  private async clear(args: Arguments, passwords: readonly Password[]): Promise<void> {
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

  /** Where the program wants it, waits until the registry accepts the new current password. */
  private async untilLive(inputs: Inputs, { username, loginServer, password }: Found): Promise<void> {
    const { waitUntilLive, current } = inputs;
    if (!waitUntilLive || password === undefined) {
      return;
    }
    // A disabled token cannot log in, so nobody can be asked.
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

  private remember({ tokenId, slots }: Inputs, { adopted = [] }: Pick<Found, "adopted">): void {
    const others = slotNames.filter((name) => adopted.includes(name) || slots[name].kept !== undefined);
    this.notMade.set(tokenId.toLowerCase(), others);
  }

  private token({ tokenId, azure }: Arguments): AzureToken {
    this.identities.set(tokenId, azure);
    this.looks.forget(tokenId);
    return new AzureToken(tokenId, azure, this.signal);
  }

  private expiry({ expirationInDays }: Rules): Date | undefined {
    return expirationInDays === undefined ? undefined : addDays(this.clock(), expirationInDays);
  }
}
