import { expect } from "vitest";
import { CheckError, type Step } from "../../support/engine.js";
import type { SlotName } from "../../support/testEnvironment.js";
import { Watch } from "../../support/watch.js";
import { clearedSlots, madeSlots } from "./runs.js";
import { slotNames } from "./tokenWorld.js";
import { type VaultArguments, VaultWorld } from "./vaultWorld.js";

/** What a run may fail with: a fault on the way, named, or a plugin that was killed. */
const faults =
  /InjectedFault|check the connection|no vault answers|invalid response|The plugin does not answer/;

/** What the author of a stack runs, and what must come of it. */
export class VaultRuns extends VaultWorld {
  /** @returns whether it succeeded */
  async up({ replace = false } = {}): Promise<boolean> {
    const { credentials, environment } = this;
    await this.learn();
    const plan = await this.plan(replace);
    if (plan === undefined) {
      return false;
    }
    const before = credentials.state && {
      ...credentials.exported,
      held: this.held(),
      password: this.current(),
    };
    const made = madeSlots(plan);
    const cleared = clearedSlots(plan);
    if (plan.operation === "update" && before?.password !== undefined && this.isNotOver(before.password)) {
      const reason = "a current password that works is never regenerated in its own slot, or cleared";
      expect([...made, ...cleared], reason).not.toContain(before.current);
    }
    const versions = await this.versions();
    const isWatched = this.meddled === "no" && plan.operation !== "replace";
    const watch = isWatched ? new Watch(() => this.newestLogsIn()) : undefined;
    const succeeded = await this.survives("up", async () => {
      expect(await credentials.up(this.args, { replace })).toEqual(plan);
    });
    await watch?.end();
    expect(watch?.refused ?? [], "the newest enabled version logs in at every instant").toEqual([]);
    await this.learn();
    if (!succeeded) {
      for (const slot of [...made, ...cleared]) {
        this.unsettled.add(slot);
      }
      return false;
    }
    this.count(plan.operation);
    if (plan.operation === "same") {
      expect(await this.isUnchanged(versions), "a run without changes changes no version").toBe(true);
    }
    const isUnread = (slot: SlotName) => credentials.exported.slots[slot].unmanaged !== undefined;
    const unchanged = slotNames.filter((slot) => !made.has(slot) && !cleared.has(slot) && !isUnread(slot));
    for (const slot of plan.operation === "update" ? unchanged : []) {
      const old = before?.held.find(({ name }) => name === slot)?.value;
      expect(this.held().find(({ name }) => name === slot)?.value, `${slot} stays`).toBe(old);
    }
    for (const slot of [...made, ...cleared]) {
      this.touched.delete(slot);
      this.unsettled.delete(slot);
    }
    expect(this.current(), "an up leaves a password to use").toBeDefined();
    if (plan.operation === "create" || plan.operation === "replace") {
      this.previous = undefined;
    } else if (before?.password !== undefined && credentials.exported.current !== before.current) {
      this.count("rotation");
      this.previous = { ...before.password, since: environment.clock.day() };
    } else if (this.previous && [...made, ...cleared].includes(this.previous.name)) {
      this.count("overlap ended");
      this.previous = undefined;
    }
    const { slots, current } = credentials.exported;
    const isDeferred = (credentials.slots ?? slots)[current] as { unavailable?: string };
    if (this.meddled === "seen" && isDeferred.unavailable === undefined) {
      this.meddled = "no";
    }
    return true;
  }

  private isNotOver({ expiry }: { expiry: string | null }): boolean {
    return expiry === null || expiry.slice(0, 10) >= this.environment.clock.day();
  }

  /** What the preview shows; undefined if it fails for a fault. Its author takes back what it refuses. */
  private async plan(replace: boolean): Promise<Step | undefined> {
    try {
      return await this.credentials.preview(this.args, { replace });
    } catch (error) {
      if (!(error instanceof CheckError)) {
        await this.survives("preview", () => Promise.reject(error));
        return undefined;
      }
      const [failure] = error.failures;
      this.count(`refused ${failure?.property}`);
      this.story.push(`    refused on ${failure?.property}: ${failure?.reason.slice(0, 300)}`);
      if (failure?.property === "keyVault") {
        if (/was not written by this provider/.test(failure.reason)) {
          const { secretName = "" } = this.args.keyVault ?? {};
          expect(this.foreign.has(secretName), "a foreign secret is someone else's work").toBe(true);
          await this.purge(secretName);
          return this.plan(replace);
        }
        if (/cannot be changed before/.test(failure.reason)) {
          expect(this.meddled, "a purge is someone else's work").not.toBe("no");
          return this.planAgain(replace);
        }
        expect(this.isFaulty && faults.test(failure.reason), failure.reason).toBe(true);
        return undefined;
      }
      expect(["generation", "overlapDays"]).toContain(failure?.property);
      expect(this.isPromised(this.args.overlapDays) || this.touched.size > 0, failure?.reason).toBe(true);
      return this.planAgain(replace);
    }
  }

  /** Plans with the arguments of the last run. */
  private planAgain(replace: boolean): Promise<Step | undefined> {
    const { current: _, slots: __, adopt: ___, ...args } = this.credentials.saved.inputs;
    this.args = args as VaultArguments;
    return this.plan(replace);
  }

  async refresh(): Promise<boolean> {
    const { credentials } = this;
    if (credentials.state === undefined) {
      return true;
    }
    const before = this.held();
    const succeeded = await this.survives("refresh", () => credentials.refresh());
    if (!succeeded) {
      return false;
    }
    if (this.meddled === "unseen") {
      this.meddled = "seen";
    }
    const now = credentials.state === undefined ? [] : this.held();
    for (const { name, value } of before) {
      const found = now.find((one) => one.name === name);
      if (found === undefined) {
        expect(credentials.state === undefined || this.isDoubtful(name), `${name} was dropped`).toBe(true);
        this.count("lost");
      } else {
        expect(found.value).toBe(value);
      }
    }
    this.touched.clear();
    this.unsettled.clear();
    if (!now.some(({ value }) => value === this.previous?.value)) {
      this.previous = undefined;
    }
    return true;
  }

  /** After a refresh and an up, with nothing in the way, a client of the vault gets a password that works. */
  async settle(): Promise<void> {
    const { credentials, environment } = this;
    environment.azure.faults.clear();
    this.isFaulty = false;
    await this.refresh();
    expect(await this.up(), "an up with nothing in its way succeeds").toBe(true);
    expect((await credentials.preview(this.args)).operation, "nothing is left to do").toBe("same");
    await this.refresh();
    expect((await credentials.preview(this.args)).operation, "nothing is left after a refresh").toBe("same");
    if (this.meddled !== "no") {
      this.count("repair deferred");
      expect(this.isPromised(this.args.overlapDays), "only an overlap defers the repair").toBe(true);
      return;
    }
    const current = this.current();
    expect(await this.canLogIn(current?.value), "the current password works").toBe(true);
    const { secretName } = this;
    if (secretName !== undefined) {
      expect(await this.vault.value(secretName), "clients read the current password").toBe(current?.value);
      const now = environment.clock.now().getTime();
      for (const { id, attributes, tags } of await this.vault.versions(secretName)) {
        const isOurs = tags?.managedBy === "pulumi-acr-token" && !this.enabledByOthers.has(id);
        if (attributes.enabled && isOurs && (attributes.exp ?? Infinity) * 1_000 > now) {
          expect(await this.canLogIn(await this.vault.valueOf(id)), `${id} works`).toBe(true);
        }
      }
    }
    this.count("settled");
  }

  /** @returns false if a fault made it fail; every other failure fails the test */
  survives(what: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.survivesFault(what, this.isFaulty ? faults : undefined, work);
  }
}
