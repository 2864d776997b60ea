import { expect } from "vitest";
import type { Resource } from "../../support/engine.js";
import { nameOf, type SlotName, type TestEnvironment } from "../../support/testEnvironment.js";
import { TokenWorld } from "./tokenWorld.js";

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

/** The world as it must be: which passwords were handed out, and which of them nobody has a right to see fail. */
export class World extends TokenWorld {
  readonly access: Resource;
  args: CredentialsArguments;
  scopeMap = "agent-only";
  status = "enabled";
  /** Somebody else has changed scope map or status since TokenAccess last had its way. */
  accessTouched = false;
  /** Passwords that nobody knows here and that others log in with, until a preview announces another one for their slot. */
  readonly kept = new Map<SlotName, Handed>();

  constructor(environment: TestEnvironment, tokenId: string, seed: number) {
    super(environment, tokenId, seed);
    this.access = environment.access();
    this.args = { tokenId, generation: "0" };
  }

  /** An id in another letter case, which is the same one to Azure. */
  inOtherCase(id: string): string {
    return id.replace(/[a-z]/gi, (letter) =>
      this.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase(),
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
      const works = status === "enabled" && this.isAlive({ expiry });
      expect(await this.canLogIn(value), `${name} ${works ? "works" : "does not work"}`).toBe(works);
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
    const { previous, credentials } = this;
    const { overlapDays } = credentials.saved.inputs as { overlapDays?: number };
    if (previous !== undefined && status === "enabled" && this.isPromised(overlapDays)) {
      expect(
        await this.canLogIn(previous.value),
        `${previous.name}, current until ${previous.since}, works with overlapDays ${overlapDays}`,
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
        expect(await this.canLogIn(value), `${slot}, which was kept`).toBe(
          status === "enabled" && this.isAlive({ expiry }),
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
