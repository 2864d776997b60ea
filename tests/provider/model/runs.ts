import { expect } from "vitest";
import { CheckError, type Step } from "../../support/engine.js";
import type { Credentials, SlotName } from "../../support/testEnvironment.js";
import { slotNames } from "./tokenWorld.js";
import { type CredentialsArguments, World } from "./world.js";

/** What a stack's author runs, and what must come of it. */
export class Runs extends World {
  /** What the resource for the token's access is given. */
  get accessArgs() {
    const { tokenId, status, environment } = this;
    return { tokenId, scopeMapId: environment.scopeMapId(this.scopeMap), status };
  }

  /** `up` of the whole stack: the preview first, and only what it announced may change. */
  async up({ replace = false } = {}): Promise<void> {
    if (await this.upAccess()) {
      await this.upCredentials(replace);
    }
  }

  /** @returns false where it failed, and with it the whole up */
  private async upAccess(): Promise<boolean> {
    const succeeded = await this.survivesFaults("access", async () => {
      const { operation } = await this.access.up(this.accessArgs);
      // Only what it knows of it changes.
      if (operation === "create") {
        this.accessTouched = false;
      }
    });
    // Whether Azure has done it nobody knows.
    this.accessTouched ||= !succeeded;
    return succeeded;
  }

  private async upCredentials(replace: boolean): Promise<void> {
    const { credentials, environment } = this;
    if (credentials.state?.outputs.awaited && this.touched.size > 0) {
      // It would wait for a password that is gone.
      await this.refresh();
    }
    const before = credentials.state && credentials.exported;
    const plan = await this.plan(replace);
    const made = madeSlots(plan);
    const cleared = clearedSlots(plan);
    if (before?.password !== undefined && plan.operation === "update" && !this.hasExpired(before.current)) {
      const reason =
        "a current password that has not expired is never regenerated in its own slot, or cleared";
      expect([...made, ...cleared], reason).not.toContain(before.current);
    }
    if (plan.operation === "update" && this.previous && this.isPromised(this.args.overlapDays)) {
      const isRotation = plan.changed.includes("current");
      const gone = isRotation && this.args.overlapDays === undefined ? cleared : [...made, ...cleared];
      expect(gone, "nothing ends an overlap early").not.toContain(this.previous.name);
    }
    const writesBefore = environment.azure.requests.length;
    const succeeded = await this.survivesFaults("credentials", async () => {
      const step = await credentials.up(this.args, { replace });
      expect(step).toEqual(plan);
    });
    const requests = environment.azure.requests.slice(writesBefore);
    const posts = requests.filter(
      ({ method, url }) => method === "POST" && url.includes("/generateCredentials"),
    );
    const patches = requests.filter(({ method }) => method === "PATCH");
    if (!succeeded) {
      // Whether Azure has done it nobody knows. It was announced, so it may have.
      for (const slot of [...made, ...cleared]) {
        this.unsettled.add(slot);
      }
      return;
    }
    this.count(plan.operation);
    this.checkPasswords(before, made, cleared);
    // With something in the way, a write may have taken more than one.
    const most = this.isFaulty ? 2 : 1;
    expect(posts.length).toBeGreaterThanOrEqual(made.size > 0 ? 1 : 0);
    expect(posts.length).toBeLessThanOrEqual(made.size > 0 ? most : 0);
    expect(patches.length).toBeLessThanOrEqual(cleared.size > 0 ? most : 0);
    const clearedOurs = [...cleared].some((slot) => before?.passwords.some(({ name }) => name === slot));
    if (clearedOurs && ![...cleared].some((slot) => this.isDoubtful(slot))) {
      expect(patches.length, "a previous password is cleared by one write").toBeGreaterThanOrEqual(1);
    }
    await this.followRotation(before, plan, cleared);
  }

  /** What the preview shows. A rotation that it refuses is one that would cut somebody off; its author takes it back. */
  private async plan(replace: boolean): Promise<Step> {
    const { credentials } = this;
    try {
      return await credentials.preview(this.args, { replace });
    } catch (error) {
      if (!(error instanceof CheckError)) {
        throw error;
      }
      const [failure, ...others] = error.failures;
      expect(others).toEqual([]);
      expect(["generation", "overlapDays"]).toContain(failure?.property);
      expect(this.previous, "what is refused would cut somebody off").toBeDefined();
      const isKnown = this.previous && !this.isDoubtful(this.previous.name);
      expect(!isKnown || this.isPromised(this.args.overlapDays), failure?.reason).toBe(true);
      this.count(`refused ${failure?.property}`);
      this.story.push(`    refused on ${failure?.property}, and taken back`);
      this.args = argumentsIn(credentials.saved.inputs);
      return credentials.preview(this.args, { replace });
    }
  }

  /** Each slot holds what was announced: a new password, none, or what it held before. */
  private checkPasswords(before: Credentials | undefined, made: Set<SlotName>, cleared: Set<SlotName>): void {
    const after = this.credentials.exported;
    for (const slot of slotNames) {
      const old = before?.passwords.find(({ name }) => name === slot)?.value;
      const now = after.passwords.find(({ name }) => name === slot)?.value;
      if (made.has(slot)) {
        expect(now, `${slot} was announced to be new`).toBeDefined();
        expect(now, `${slot} was announced to be new`).not.toBe(old);
        this.touched.delete(slot);
        this.unsettled.delete(slot);
        this.kept.delete(slot);
      } else if (cleared.has(slot)) {
        expect(now, `${slot} was announced to be cleared`).toBeUndefined();
        this.count("cleared");
      } else {
        expect(now, `${slot} changed without a word`).toBe(old);
      }
      expect(after.slots[slot].lost, "an up mends what is lost").toBeUndefined();
      const { cleared: reason, unmanaged } = after.slots[slot];
      expect(now === undefined, "only a slot that is cleared or unmanaged holds none").toBe(
        reason !== undefined || unmanaged !== undefined,
      );
    }
    expect(after.password, "an up leaves one to use").toBeDefined();
    expect(after.expiry ?? null).toBe(after.passwords.find(({ name }) => name === after.current)?.expiry);
    expect(
      after.rotatesOn === null || after.rotatesOn > this.environment.clock.day(),
      "no run leaves one due",
    ).toBe(true);
  }

  /** Who has which password from now on. */
  private async followRotation(
    before: Credentials | undefined,
    { operation, changed }: Step,
    cleared: Set<SlotName>,
  ): Promise<void> {
    const { environment, credentials } = this;
    const after = credentials.exported;
    if (operation === "create" || operation === "replace") {
      this.previous = undefined;
      return;
    }
    if (before === undefined) {
      return;
    }
    const rotates = after.current !== before.current;
    const isAsked = changed.some((name) => !name.startsWith("slots") && name !== "current");
    if (before.password !== undefined && !isAsked) {
      const isDue = before.rotatesOn != null && before.rotatesOn <= environment.clock.day();
      expect(rotates, `rotates on ${before.rotatesOn}, and not before`).toBe(isDue);
    }
    if (rotates) {
      this.count("rotation");
      const old = before.passwords.find(({ name }) => name === before.current);
      const stays = old !== undefined && after.passwords.some(({ value }) => value === old.value);
      this.previous = stays
        ? { name: old.name, value: old.value, expiry: old.expiry, since: environment.clock.day() }
        : undefined;
      return;
    }
    const { previous } = this;
    const isThere = after.passwords.some(({ value }) => value === previous?.value);
    if (previous && !isThere) {
      if (cleared.has(previous.name) && !this.isDoubtful(previous.name)) {
        expect(await environment.canLogIn(this.username, previous.value), "what is cleared is refused").toBe(
          false,
        );
      }
      this.previous = undefined;
    } else if (previous) {
      const { overlapDays } = this.args;
      expect(
        overlapDays === undefined || this.isPromised(overlapDays) || this.isDoubtful(previous.name),
        "no overlap goes on",
      ).toBe(true);
    }
  }

  async refresh(): Promise<void> {
    const { credentials, access, environment } = this;
    await environment.newRun();
    await this.survivesFaults("refresh of access", async () => {
      await access.refresh();
      this.accessTouched = false;
    });
    const before = credentials.state && credentials.exported;
    await this.survivesFaults("refresh of credentials", async () => {
      await credentials.refresh();
      if (credentials.state === undefined) {
        this.touched.clear();
        this.unsettled.clear();
        this.previous = undefined;
        return;
      }
      for (const slot of slotNames) {
        const old = before?.passwords.find(({ name }) => name === slot)?.value;
        const now = credentials.value(slot);
        if (now !== undefined) {
          expect(now).toBe(old);
        } else if (old !== undefined) {
          expect(this.isDoubtful(slot), `${slot} was dropped although nobody touched it`).toBe(true);
          this.count("lost");
        }
        // What is still there, is ours; what is not, is not promised.
        this.touched.delete(slot);
        this.unsettled.delete(slot);
      }
      const { current, password, passwords } = credentials.exported;
      if (before !== undefined && credentials.value(before.current) !== undefined) {
        expect(current, "what still works stays current").toBe(before.current);
      } else if (passwords.length > 0) {
        expect(password, "the password that is left takes over").toBe(passwords[0].value);
      }
      const { previous } = this;
      if (previous?.name === current || !passwords.some(({ value }) => value === previous?.value)) {
        this.previous = undefined;
      }
    });
  }

  /** After a refresh and an up, with nothing in the way, everything that the state says works. */
  async settle(): Promise<void> {
    const { environment, credentials } = this;
    environment.azure.faults.clear();
    await this.refresh();
    await this.up();
    expect(this.accessTouched).toBe(false);
    expect(this.touched.size + this.unsettled.size, "nothing is in doubt any more").toBe(0);
    expect((await credentials.preview(this.args)).operation).toBe("same");
    if (this.status === "enabled") {
      for (const { name, value } of credentials.exported.passwords) {
        expect(await environment.canLogIn(this.username, value), `${name} after refresh and up`).toBe(true);
      }
    }
    await this.check();
  }

  /** @returns false if the work failed for a fault; every other failure fails the test */
  survivesFaults(what: string, work: () => Promise<void>): Promise<boolean> {
    return this.survivesFault(what, /InjectedFault|check the connection|The plugin does not answer/, work);
  }
}

/** The slots whose passwords a plan makes new: what a reader of the preview knows. */
export function madeSlots({ operation, changed }: Step): Set<SlotName> {
  const isNew = operation === "create" || operation === "replace";
  return new Set(slotNames.filter((slot) => isNew || changed.includes(`slots.${slot}.version`)));
}

/** The slots that a plan clears, as the preview says. */
export function clearedSlots({ operation, changed, inputs }: Step): Set<SlotName> {
  const { slots } = inputs as unknown as Credentials;
  const isNew = operation === "create" || operation === "replace";
  return new Set(
    slotNames.filter(
      (slot) => !isNew && slots[slot].cleared !== undefined && changed.includes(`slots.${slot}.cleared`),
    ),
  );
}

/** What the program said in the last up that succeeded. */
function argumentsIn(inputs: Record<string, unknown>): CredentialsArguments {
  const { current: _current, slots: _slots, ...args } = inputs;
  return args as CredentialsArguments;
}
