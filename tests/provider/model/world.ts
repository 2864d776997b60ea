import { expect } from "vitest";
import type { Resource } from "../../support/engine.js";
import {
  type CredentialsResource,
  nameOf,
  type SlotName,
  type TestEnvironment,
} from "../../support/testEnvironment.js";
import { Choices } from "./choices.js";

export const slotNames: SlotName[] = ["password1", "password2"];

/** What the program says of the passwords. */
export type CredentialsArguments = {
  tokenId: string;
  generation: string;
  rotateEveryDays?: number;
  expirationInDays?: number;
  overlapDays?: number;
  spreadRotation?: boolean;
  waitUntilLive?: boolean;
};

/** A password that somebody may log in with. */
interface Handed {
  readonly value: string;
  readonly expiry: string | null;
}

/** The password that was current until the last rotation. */
interface Previous extends Handed {
  readonly slot: SlotName;
  /** The day of the rotation. */
  readonly since: string;
}

/** The world as it must be: which passwords were handed out, and which of them nobody has a right to see fail. */
export class World extends Choices {
  readonly story: string[] = [];
  readonly username: string;
  readonly credentials: CredentialsResource;
  readonly access: Resource;
  args: CredentialsArguments;
  scopeMap = "agent-only";
  status = "enabled";
  generations = 0;
  /** A fault is out. */
  isFaulty = false;
  /** Slots that somebody else has touched since the last refresh: nothing is promised of them. */
  touched = new Set<SlotName>();
  /** Somebody else has changed scope map or status since TokenAccess last had its way. */
  accessTouched = false;
  /** A call that failed after it may have reached Azure left these slots, which a preview had announced, unknown. */
  unsettled = new Set<SlotName>();
  /** As long as nothing that was announced, and nobody else, has ended it. */
  previous: Previous | undefined;
  /** Passwords that nobody knows here and that others log in with, until a preview announces another one for their slot. */
  readonly kept = new Map<SlotName, Handed>();

  constructor(
    readonly environment: TestEnvironment,
    readonly tokenId: string,
    seed: number,
  ) {
    super(seed);
    this.username = nameOf(tokenId);
    this.credentials = environment.credentials();
    this.access = environment.access();
    this.args = { tokenId, generation: "0" };
  }

  /** An id in another letter case, which is the same one to Azure. */
  inOtherCase(id: string): string {
    return id.replace(/[a-z]/gi, (letter) =>
      this.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase(),
    );
  }

  isDoubtful(slot: SlotName): boolean {
    return this.touched.has(slot) || this.unsettled.has(slot);
  }

  touchBoth(): void {
    for (const slot of slotNames) {
      this.touched.add(slot);
    }
  }

  /** Whether the previous password must go on working, by these days of overlap; without any, until the next rotation. */
  isPromised(overlapDays: number | undefined): boolean {
    const { previous, environment } = this;
    if (previous === undefined || this.isDoubtful(previous.slot)) {
      return false;
    }
    const isAlive =
      previous.expiry === null || Date.parse(previous.expiry) > environment.clock.now().getTime();
    return (
      isAlive &&
      (overlapDays === undefined || daysAfter(previous.since, overlapDays) >= environment.clock.day())
    );
  }

  /** Checks at every step that the promise holds. */
  async check(): Promise<void> {
    const { credentials, username, environment } = this;
    if (credentials.state === undefined) {
      this.kept.clear();
      return;
    }
    const { passwords, password, current } = credentials.exported;
    expect(password).toBe(credentials.value(current));
    const status = this.accessTouched ? undefined : this.access.state?.outputs.status;
    const now = environment.clock.now().getTime();
    for (const { name, value, expiry } of passwords) {
      if (this.isDoubtful(name) || status === undefined) {
        continue;
      }
      const works = status === "enabled" && (expiry === null || Date.parse(expiry) > now);
      expect(
        await environment.canLogIn(username, value),
        `${name} ${works ? "works" : "does not work"}`,
      ).toBe(works);
    }
    await this.checkPrevious(status);
    await this.checkKept(status);
    if (password !== undefined && !this.isDoubtful(current) && status === "enabled" && this.chance(0.2)) {
      const scopeMap = nameOf(String(this.access.saved.outputs.scopeMapId));
      const isAlive = Date.parse(this.expiry(current)) > now;
      const pulls = (repository: string, tag: string) =>
        environment.client.canPull(username, password, repository, tag);
      expect(await pulls("azureiotedge-agent", "1.5")).toBe(isAlive && scopeMap === "agent-only");
      expect(await pulls("payroll", "latest")).toBe(isAlive && scopeMap === "payroll-only");
    }
  }

  /** The previous password, as its clients have it and regardless of what the state says, works until its overlap is over. */
  private async checkPrevious(status: unknown): Promise<void> {
    const { previous, environment, credentials } = this;
    const { overlapDays } = credentials.saved.inputs as { overlapDays?: number };
    if (previous !== undefined && status === "enabled" && this.isPromised(overlapDays)) {
      const works = await environment.canLogIn(this.username, previous.value);
      expect(
        works,
        `${previous.slot}, current until ${previous.since}, works with overlapDays ${overlapDays}`,
      ).toBe(true);
      this.count(overlapDays === undefined ? "previous works" : "overlap held");
    }
  }

  /** What was not taken over goes on working. */
  private async checkKept(status: unknown): Promise<void> {
    for (const [slot, { value, expiry }] of this.kept) {
      if (this.isDoubtful(slot)) {
        this.kept.delete(slot);
      } else if (status !== undefined) {
        const isAlive = expiry === null || Date.parse(expiry) > this.environment.clock.now().getTime();
        expect(await this.environment.canLogIn(this.username, value), `${slot}, which was kept`).toBe(
          status === "enabled" && isAlive,
        );
        this.count("kept works");
      }
    }
  }

  /** When the password in a slot stops working; far away for one that never does. */
  expiry(slot: SlotName): string {
    const found = this.credentials.exported.passwords.find(({ name }) => name === slot);
    return found?.expiry ?? "9999-12-31T00:00:00Z";
  }

  /** Whether a password's last day is over: then it counts as expired. */
  hasExpired(slot: SlotName): boolean {
    return this.expiry(slot).slice(0, 10) < this.environment.clock.day();
  }
}

/** The day that lies a number of days after another. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
