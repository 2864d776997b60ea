import { PluginError } from "local-azure/pulumi";
import {
  type CredentialsResource,
  nameOf,
  type SlotName,
  type TestEnvironment,
} from "../../support/testEnvironment.js";
import { Choices } from "./choices.js";

export const slotNames: SlotName[] = ["password1", "password2"];

/** A password, as far as the promise depends on it. */
interface Password {
  readonly name: SlotName;
  readonly expiry: string | null;
  readonly value: string | undefined;
}

/** One token, wherever its passwords are: what someone else or a failure may have changed, and what is promised. */
export class TokenWorld extends Choices {
  readonly story: string[] = [];
  readonly username: string;
  credentials: CredentialsResource;
  generations = 0;
  /** Whether a fault is in the way. */
  isFaulty = false;
  /** Slots that someone else has changed since the last refresh: nothing is promised of them. */
  readonly touched = new Set<SlotName>();
  /** Slots that a failed run may have changed: a preview had announced it. */
  readonly unsettled = new Set<SlotName>();
  /** The password that was current until the last rotation, until an announced change or someone else ends it. */
  previous: (Password & { readonly since: string }) | undefined;

  constructor(
    readonly environment: TestEnvironment,
    readonly tokenId: string,
    seed: number,
  ) {
    super(seed);
    this.username = nameOf(tokenId);
    this.credentials = environment.credentials();
  }

  isDoubtful(slot: SlotName): boolean {
    return this.touched.has(slot) || this.unsettled.has(slot);
  }

  touchBoth(): void {
    for (const slot of slotNames) {
      this.touched.add(slot);
    }
  }

  isAlive({ expiry }: Pick<Password, "expiry">): boolean {
    return expiry === null || Date.parse(expiry) > this.environment.clock.now().getTime();
  }

  canLogIn(value: string | undefined): Promise<boolean> {
    return this.environment.canLogIn(this.username, value);
  }

  /** Whether the previous password must still work, by these days of overlap; without any, until the next rotation. */
  isPromised(overlapDays: number | undefined): boolean {
    const { previous, environment } = this;
    return (
      previous !== undefined &&
      !this.isDoubtful(previous.name) &&
      this.isAlive(previous) &&
      (overlapDays === undefined || daysAfter(previous.since, overlapDays) >= environment.clock.day())
    );
  }

  /** Someone else generates or clears passwords of the token. */
  protected async meddleWithPasswords(): Promise<string> {
    const what = this.pick(["generate one", "generate both", "clear one", "clear both"]);
    const { client } = this.environment;
    const slot = this.pick(slotNames);
    const has = (await client.slots(this.tokenId)).map(({ name }) => name);
    for (const name of what.endsWith("both") ? slotNames : [slot]) {
      this.touched.add(name);
    }
    if (what.startsWith("generate")) {
      await client.generate(this.tokenId, what === "generate one" ? slot : undefined);
    } else {
      await client.keepOnly(this.tokenId, what === "clear one" ? has.filter((name) => name !== slot) : []);
    }
    return `${what} ${slot}`;
  }

  /**
   * @param faults what the error of a run says that met a fault, or whose plugin was killed; undefined: no run may fail
   * @returns false if the work failed for a fault; every other failure fails the test
   */
  protected async survivesFault(
    what: string,
    faults: RegExp | undefined,
    work: () => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof PluginError && faults?.test(error.message)) {
        this.count(`failed ${what}`);
        this.story.push(`    ${what} failed: ${error.message.slice(0, 200)}`);
        return false;
      }
      throw error;
    }
  }
}

/** The day that lies a number of days after another. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
