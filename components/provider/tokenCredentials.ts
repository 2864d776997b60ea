import { isDeepStrictEqual } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureSettings } from "../common/azureSettings";
import { type Password, type SlotName, slotNames } from "../common/credentialFiles";
import { checkPeriods } from "../common/periods";
import { checkTokenId, sameId } from "../common/resourceIds";
import { untilAccepted } from "./azure/login";
import { AzureToken, type NewPassword, type SlotOnAzure, type TokenOnAzure } from "./azure/tokens";
import { addDays, type Clock, dayOf } from "./clock";
import { InputReader } from "./inputs";
import type { CustomResourceProvider } from "./provider";
import {
  firstSchedule,
  nextSchedule,
  otherSlot,
  type Rules,
  type Schedule,
  type Slot,
  slotsToMake,
} from "./schedule";
import { defined, forState, secret, unknown, unwrap, type Wire } from "./values";

/** What the program says. */
interface Arguments extends Rules {
  readonly tokenId: string;
  readonly waitUntilLive?: boolean;
  readonly loginServer?: string;
  readonly azure?: AzureSettings;
}

/** What the program says, and the schedule that check adds. */
interface Inputs extends Arguments, Schedule {}

/**
 * What stands in the state. It repeats the inputs, because the engine hands a provider written in Node.js nothing but the
 * outputs when it asks to read or delete.
 */
interface State extends Inputs {
  readonly username: string;
  /** The passwords that work: a slot whose password is lost has none here. */
  readonly passwords: readonly Password[];
  /** The password to use now; undefined while both are lost. */
  readonly password?: string;
  /** Whether the registry was asked for the first passwords and had not accepted them. */
  readonly awaited?: boolean;
}

/** The life of a `TokenCredentials`: both passwords of one token, each made by Azure and shown once. */
export class TokenCredentialsProvider implements CustomResourceProvider {
  /** The identity that was last used for each token. */
  private readonly identities = new Map<string, AzureSettings | undefined>();

  /**
   * @param clock tells the time
   * @param signal ends every wait
   */
  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Validates the inputs and adds the schedule: what is going to happen to which password, in sight of the preview.
   *
   * @param before the inputs of the last run; empty where there was none
   */
  async check(_urn: string, before: Wire, given: Wire): Promise<pulumi.provider.CheckResult> {
    const { rules, failures, isKnown } = readRules(given);
    const inputs = forState(given);
    if (failures.length > 0) {
      return { inputs, failures };
    }
    if (!isKnown) {
      return { inputs: { ...inputs, current: unknown, slots: unknown } };
    }
    const today = dayOf(this.clock());
    const last = unwrap(before) as Partial<Inputs>;
    const schedule =
      last.current && last.slots
        ? nextSchedule({ ...last, current: last.current, slots: last.slots }, rules, today)
        : firstSchedule(rules, today);
    return { inputs: { ...inputs, ...schedule } };
  }

  /** Compares, and asks neither Azure nor the clock: check has decided. */
  async diff(_id: string, _urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.DiffResult> {
    const before = unwrap(olds) as unknown as State;
    const wanted = unwrap(news) as unknown as Inputs;
    if (!sameId(before.tokenId, wanted.tokenId)) {
      return { changes: true, replaces: ["tokenId"] };
    }
    const properties: (keyof Inputs)[] = [
      "generation",
      "rotateEveryDays",
      "expirationInDays",
      "waitUntilLive",
      "loginServer",
      "azure",
      "current",
      "slots",
    ];
    const changes =
      before.awaited === true || properties.some((name) => !isDeepStrictEqual(before[name], wanted[name]));
    return { changes };
  }

  /**
   * Has Azure make both passwords, by one write.
   *
   * @throws PartialFailure, which keeps them, where the registry does not accept them in time
   */
  async create(_urn: string, news: Wire): Promise<pulumi.provider.CreateResult> {
    const inputs = unwrap(news) as unknown as Inputs;
    const id = `${inputs.tokenId}/credentials`;
    const token = this.token(inputs);
    const made = await token.makePasswords(slotNames, this.expiry(inputs));
    const found = holding(inputs, made.map(password));
    try {
      await this.untilLive(inputs, token.username, found.password);
    } catch (error) {
      // The passwords are in the state, as those of this resource that is there: what it replaces has lost its own.
      const outs = wire(news, { username: token.username, ...found, awaited: true });
      throw new PartialFailure((error as Error).message, id, outs);
    }
    return { id, outs: wire(news, { username: token.username, ...found }) };
  }

  /**
   * Has Azure make those passwords that the schedule wants new, by one write, and none where it wants none. Where the
   * registry does not accept the new current one in time the whole step fails: the state, and with it the password that is
   * current now, stays as it is, and the next run makes the new one anew.
   */
  async update(_id: string, _urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.UpdateResult> {
    const before = unwrap(olds) as unknown as State;
    const inputs = unwrap(news) as unknown as Inputs;
    const slots = slotsToMake(before, inputs);
    const made = slots.length === 0 ? [] : await this.token(inputs).makePasswords(slots, this.expiry(inputs));
    const kept = before.passwords.filter(({ name }) => !slots.includes(name));
    const found = holding(inputs, [...kept, ...made.map(password)]);
    if (before.awaited || slots.includes(inputs.current)) {
      await this.untilLive(inputs, before.username, found.password);
    }
    return { outs: wire(news, { username: before.username, ...found }) };
  }

  /**
   * Compares what Azure shows with the state. A password that somebody else replaced or cleared is dropped, and its slot
   * says why, so that the next preview does too and the next `pulumi up` mends it. What still works stays as it is.
   */
  async read(id: string, _urn: string, props: Wire): Promise<pulumi.provider.ReadResult> {
    const state = unwrap(props) as unknown as State;
    if (state.passwords === undefined) {
      throw new Error(
        `${id} cannot be imported: Azure shows a password only to the one who had it made, so let pulumi up create a TokenCredentials, which makes both anew`,
      );
    }
    const azure = await this.token(state).get();
    if (azure === undefined) {
      return { id: "", props: {} };
    }
    const lost = lostSlots(state, azure);
    if (lost.size === 0) {
      return { id, props };
    }
    const schedule = scheduleWithout(lost, state);
    const kept = state.passwords.filter(({ name }) => !lost.has(name));
    const inputs = { ...inputsOf(props), ...schedule };
    return {
      id,
      props: wire(inputs, { username: state.username, ...holding(schedule, kept) }),
      inputs,
    };
  }

  /** Clears the slots that still hold our passwords, and no one else's. */
  async delete(_id: string, _urn: string, props: Wire): Promise<void> {
    const state = unwrap(props) as unknown as State;
    // The identity in the state may be one that is no longer let in, where this run has come with another.
    const { tokenId } = state;
    const azure = this.identities.has(tokenId) ? this.identities.get(tokenId) : state.azure;
    const token = this.token({ tokenId, azure });
    const slots = (await token.get())?.slots ?? [];
    const isOurs = (slot: SlotOnAzure) =>
      state.passwords.some(({ name, creationTime }) => slot.name === name && sameTime(slot, creationTime));
    const ours = slots.filter(isOurs);
    if (ours.length > 0) {
      const keep = slots.filter((slot) => !isOurs(slot));
      await token.change({ keep }, `clear ${ours.map(({ name }) => name).join(" and ")}`);
    }
  }

  /** Where the program wants it, waits until the registry accepts the new current password. */
  private async untilLive(inputs: Inputs, username: string, password: string | undefined): Promise<void> {
    const { waitUntilLive, loginServer, current } = inputs;
    if (!waitUntilLive || loginServer === undefined || password === undefined) {
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

  private token({ tokenId, azure }: Arguments): AzureToken {
    this.identities.set(tokenId, azure);
    return new AzureToken(tokenId, azure, this.signal);
  }

  private expiry({ expirationInDays }: Rules): Date | undefined {
    return expirationInDays === undefined ? undefined : addDays(this.clock(), expirationInDays);
  }
}

/**
 * Passwords that were made before something went wrong. Pulumi's server looks for these properties on an error, and the
 * engine saves what they hold.
 */
class PartialFailure extends Error {
  readonly reasons: string[];

  constructor(
    message: string,
    readonly id: string,
    readonly properties: Wire,
  ) {
    super(message);
    this.reasons = [message];
  }
}

/** The rules that a program gives, what is wrong with them, and whether all are known by now. */
function readRules(given: Wire) {
  const reader = new InputReader(given);
  reader.requiredText("tokenId", checkTokenId);
  const rules: Rules = {
    generation: reader.text("generation"),
    rotateEveryDays: reader.days("rotateEveryDays", 1),
    expirationInDays: reader.days("expirationInDays", 2),
  };
  const fault = checkPeriods(rules);
  if (fault !== undefined) {
    reader.fail("expirationInDays", fault);
  }
  if (reader.flag("waitUntilLive") && reader.text("loginServer") === undefined) {
    reader.fail("loginServer", "is required with waitUntilLive: it is the registry to ask");
  }
  reader.azure("azure");
  const isKnown = reader.knows("rotateEveryDays") && reader.knows("expirationInDays");
  return { rules, failures: reader.failures, isKnown };
}

/** The slots whose passwords are no longer ours, and why. */
function lostSlots(state: State, azure: TokenOnAzure): Map<SlotName, string> {
  const lost = new Map<SlotName, string>();
  for (const { name, creationTime } of state.passwords) {
    const slot = azure.slots.find((candidate) => candidate.name === name);
    if (slot === undefined) {
      lost.set(name, "cleared outside of this state");
    } else if (!sameTime(slot, creationTime)) {
      lost.set(name, `made anew outside of this state, ${slot.creationTime.toISOString()}`);
    }
  }
  return lost;
}

/** The schedule without the lost passwords. Where the current one is lost and the other is not, the other takes over. */
function scheduleWithout(lost: Map<SlotName, string>, { current, slots }: Schedule): Schedule {
  const slotNow = (name: SlotName): Slot => {
    const reason = lost.get(name);
    return reason === undefined ? slots[name] : { lost: reason };
  };
  const other = otherSlot(current);
  const takesOver = lost.has(current) && !lost.has(other) && slots[other].lost === undefined;
  return {
    current: takesOver ? other : current,
    slots: { password1: slotNow("password1"), password2: slotNow("password2") },
  };
}

/** The part of the state that repeats the inputs, secrets in their envelopes. */
function inputsOf(state: Wire): Wire {
  const others: readonly string[] = [
    "username",
    "passwords",
    "password",
    "awaited",
  ] satisfies (keyof State)[];
  return Object.fromEntries(Object.entries(state).filter(([name]) => !others.includes(name)));
}

/** The passwords in the order of their slots, and the one to use now. */
function holding({ current }: Schedule, passwords: readonly Password[]) {
  const inOrder = [...passwords].sort((one, other) => one.name.localeCompare(other.name));
  return { passwords: inOrder, password: inOrder.find(({ name }) => name === current)?.value };
}

function password({ name, value, creationTime, expiry }: NewPassword): Password {
  return { name, value, creationTime: creationTime.toISOString(), expiry: expiry?.toISOString() ?? null };
}

/**
 * The state as it crosses to the engine: the inputs as they came, secrets in their envelopes, and the passwords, which are
 * secrets whatever the program declares.
 */
function wire(inputs: Wire, found: Omit<State, keyof Inputs>): Wire {
  return defined({
    ...inputs,
    ...found,
    password: secret(found.password),
    passwords: secret(found.passwords),
  });
}

/** Azure's times have microseconds, which a Date has not: they are compared to the millisecond. */
function sameTime(slot: SlotOnAzure, creationTime: string): boolean {
  return slot.creationTime.getTime() === new Date(creationTime).getTime();
}
