import { isDeepStrictEqual } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { type Password, type SlotName, slotNames } from "../credentialFiles";
import { checkPeriods } from "../periods";
import { checkTokenId, sameId } from "../resourceIds";
import { untilAccepted } from "./azure/login";
import type { AzureSettings } from "./azure/settings";
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
import { defined, isUnknown, secret, unknown, unwrap, type Wire } from "./values";

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
}

/** The life of a `TokenCredentials`: both passwords of one token, each made by Azure and shown once. */
export class TokenCredentialsProvider implements CustomResourceProvider {
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
    const inputs = defined({ ...given, azure: given.azure && secret(unwrap(given.azure)) });
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
    const replaces =
      isUnknown(wanted.tokenId) || !sameId(before.tokenId, wanted.tokenId) ? { replaces: ["tokenId"] } : {};
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
      "replaces" in replaces || properties.some((name) => !isDeepStrictEqual(before[name], wanted[name]));
    return { changes, ...replaces };
  }

  /** Has Azure make both passwords, by one write. */
  async create(_urn: string, news: Wire): Promise<pulumi.provider.CreateResult> {
    const inputs = unwrap(news) as unknown as Inputs;
    const token = this.token(inputs);
    const made = await token.makePasswords(slotNames, this.expiry(inputs));
    const state = stateOf(inputs, token.username, made.map(password));
    await this.untilLive(state);
    return { id: `${inputs.tokenId}/credentials`, outs: wire(state) };
  }

  /** Has Azure make those passwords that the schedule wants new, by one write, and none where it wants none. */
  async update(_id: string, _urn: string, olds: Wire, news: Wire): Promise<pulumi.provider.UpdateResult> {
    const before = unwrap(olds) as unknown as State;
    const inputs = unwrap(news) as unknown as Inputs;
    const slots = slotsToMake(before, inputs);
    const made = slots.length === 0 ? [] : await this.token(inputs).makePasswords(slots, this.expiry(inputs));
    const kept = before.passwords.filter(({ name }) => !slots.includes(name));
    const state = stateOf(inputs, before.username, [...kept, ...made.map(password)]);
    if (slots.includes(state.current)) {
      await this.untilLive(state);
    }
    return { outs: wire(state) };
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
    const inputs = { ...argumentsOf(state), ...scheduleWithout(lost, state) };
    const passwords = state.passwords.filter(({ name }) => !lost.has(name));
    return {
      id,
      props: wire(stateOf(inputs, state.username, passwords)),
      inputs: defined({ ...inputs, azure: secret(inputs.azure) }),
    };
  }

  /** Clears the slots that still hold our passwords, and no one else's. */
  async delete(_id: string, _urn: string, props: Wire): Promise<void> {
    const state = unwrap(props) as unknown as State;
    const token = this.token(state);
    const slots = (await token.get())?.slots ?? [];
    const isOurs = (slot: SlotOnAzure) =>
      state.passwords.some(({ name, creationTime }) => slot.name === name && sameTime(slot, creationTime));
    const ours = slots.filter(isOurs);
    if (ours.length > 0) {
      const keep = slots.filter((slot) => !isOurs(slot));
      await token.change({ keep }, `clear ${ours.map(({ name }) => name).join(" and ")}`);
    }
  }

  /**
   * Where the program wants it, waits until the registry accepts the new current password. Where it does not, the whole
   * step fails: the state, and with it the password that is current now, stays as it is, and the next run makes the new
   * one anew.
   */
  private async untilLive(state: State): Promise<void> {
    const { waitUntilLive, loginServer, username, current } = state;
    if (!waitUntilLive || loginServer === undefined || state.password === undefined) {
      return;
    }
    // A disabled token cannot log in, so nobody can be asked.
    if ((await this.token(state).get())?.status === "disabled") {
      return;
    }
    try {
      await untilAccepted(loginServer, username, state.password, this.signal);
    } catch (error) {
      throw new Error(
        this.signal.aborted
          ? `cancelled while waiting until the registry accepts ${current} of token ${username}`
          : `${current} of token ${username} is made anew, but does not become the current one: ${(error as Error).message}`,
      );
    }
  }

  private token({ tokenId, azure }: Arguments): AzureToken {
    return new AzureToken(tokenId, azure, this.signal);
  }

  private expiry({ expirationInDays }: Rules): Date | undefined {
    return expirationInDays === undefined ? undefined : addDays(this.clock(), expirationInDays);
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
  const isKnown = reader.knows("rotateEveryDays") && reader.knows("expirationInDays");
  return { rules, failures: reader.failures, isKnown };
}

/** The slots whose passwords are no longer ours, and why. */
function lostSlots(state: State, azure: TokenOnAzure): Map<SlotName, string> {
  const lost = new Map<SlotName, string>();
  for (const { name, creationTime } of state.passwords) {
    const slot = azure.slots.find((candidate) => candidate.name === name);
    if (slot === undefined) {
      lost.set(name, "cleared outside of Pulumi");
    } else if (!sameTime(slot, creationTime)) {
      lost.set(name, `made anew outside of Pulumi, ${slot.creationTime.toISOString()}`);
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

function argumentsOf(inputs: Inputs): Arguments {
  const { tokenId, generation, rotateEveryDays, expirationInDays, waitUntilLive, loginServer, azure } =
    inputs;
  return { tokenId, generation, rotateEveryDays, expirationInDays, waitUntilLive, loginServer, azure };
}

function stateOf(inputs: Inputs, username: string, passwords: readonly Password[]): State {
  const { current, slots } = inputs;
  const inOrder = [...passwords].sort((one, other) => one.name.localeCompare(other.name));
  const password = inOrder.find(({ name }) => name === current)?.value;
  return { ...argumentsOf(inputs), current, slots, username, passwords: inOrder, password };
}

function password({ name, value, creationTime, expiry }: NewPassword): Password {
  return { name, value, creationTime: creationTime.toISOString(), expiry: expiry?.toISOString() ?? null };
}

/** The state as it crosses to the engine: secrets are secrets whatever the program declares. */
function wire(state: State): Wire {
  return defined({
    ...state,
    azure: secret(state.azure),
    password: secret(state.password),
    passwords: secret(state.passwords),
  });
}

/** Azure's times have microseconds, which a Date has not: they are compared to the millisecond. */
function sameTime(slot: SlotOnAzure, creationTime: string): boolean {
  return slot.creationTime.getTime() === new Date(creationTime).getTime();
}
