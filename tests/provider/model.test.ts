/**
 * The promise, against whatever may happen in whatever order: a password in the state works, until a change that a preview
 * announced replaces it. A random walk of many steps, compared with a plain model; a failure prints the seed and the last
 * steps, and MODEL_SEED repeats it. MODEL_STEPS sets the length.
 */
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "local-azure";
import { PluginError } from "local-azure/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Resource, Step } from "../support/engine.js";
import { generateCredentialsStatus, passwordsNeverSeen } from "../support/generateCredentials.js";
import { randomNumbers } from "../support/randomNumbers.js";
import { type CredentialsResource, nameOf, type SlotName, Stage } from "../support/stage.js";

const seed = Number(process.env.MODEL_SEED ?? randomInt(1, 2 ** 31));
const steps = Number(process.env.MODEL_STEPS ?? 1_000);
const slotNames: SlotName[] = ["password1", "password2"];

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});

afterAll(() => stage?.close());

type CredentialsArguments = {
  tokenId: string;
  generation: string;
  rotateEveryDays?: number;
  expirationInDays?: number;
};

/** The world as it must be: which passwords were handed out, and which of them nobody has a right to see fail. */
class Walk {
  readonly random = randomNumbers(seed);
  readonly story: string[] = [];
  readonly tokenId: string;
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
  /** What Azure was asked for, so that the walk can tell that it was a walk. */
  readonly counts: Record<string, number> = {};

  constructor(tokenId: string) {
    this.tokenId = tokenId;
    this.username = nameOf(tokenId);
    this.credentials = stage.credentials();
    this.access = stage.access();
    this.args = { tokenId, generation: "0" };
  }

  int(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)];
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** What the resource for the token's access is given. */
  get accessArgs() {
    return { tokenId: this.tokenId, scopeMapId: stage.scopeMapId(this.scopeMap), status: this.status };
  }

  /** `up` of the whole stack: the preview first, and only what it announced may change. */
  async up({ replace = false } = {}): Promise<void> {
    if (await this.upAccess()) {
      await this.upCredentials(replace);
    }
  }

  /** @returns false where it failed, and with it the whole up */
  async upAccess(): Promise<boolean> {
    return this.survivesFaults("access", async () => {
      const { operation } = await this.access.up(this.accessArgs);
      // Only what it knows of it changes.
      if (operation === "create") {
        this.accessTouched = false;
      }
    });
  }

  async upCredentials(replace: boolean): Promise<void> {
    const { credentials } = this;
    const before = credentials.state && credentials.exported;
    const plan = await credentials.preview(this.args, { replace });
    const announced = announcedSlots(plan);
    if (before?.password !== undefined && plan.operation === "update" && !this.hasExpired(before.current)) {
      const reason = "a current password that has not expired is never made anew in its own slot";
      expect([...announced], reason).not.toContain(before.current);
    }
    const writesBefore = stage.azure.requests.length;
    const succeeded = await this.survivesFaults("credentials", async () => {
      const step = await credentials.up(this.args, { replace });
      expect(step).toEqual(plan);
    });
    const posts = stage.azure.requests
      .slice(writesBefore)
      .filter(({ method, url }) => method === "POST" && url.includes("/generateCredentials"));
    if (!succeeded) {
      // Whether Azure has done it nobody knows. It was announced, so it may have.
      for (const slot of announced) {
        this.unsettled.add(slot);
      }
      return;
    }
    this.count(plan.operation);
    const after = credentials.exported;
    for (const slot of slotNames) {
      const old = before?.passwords.find(({ name }) => name === slot)?.value;
      const now = after.passwords.find(({ name }) => name === slot)?.value;
      if (announced.has(slot)) {
        expect(now, `${slot} was announced to be new`).not.toBe(old);
        this.touched.delete(slot);
        this.unsettled.delete(slot);
      } else {
        expect(now, `${slot} changed without a word`).toBe(old);
      }
    }
    if (plan.operation === "update" && before?.password !== undefined && after.current !== before.current) {
      expect(announced.has(after.current), "a rotation makes the new current password").toBe(true);
    }
    if (announced.size === 0) {
      expect(posts).toEqual([]);
    } else {
      // With something in the way, it may have taken more than one.
      expect(posts.length).toBeGreaterThanOrEqual(1);
      expect(posts.length).toBeLessThanOrEqual(this.isFaulty ? 2 : 1);
      expect(after.passwords.map(({ name }) => name)).toEqual(slotNames);
    }
  }

  async refresh(): Promise<void> {
    const { credentials, access } = this;
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
        return;
      }
      for (const slot of slotNames) {
        const old = before?.passwords.find(({ name }) => name === slot)?.value;
        const now = credentials.value(slot);
        const isDoubtful = this.touched.has(slot) || this.unsettled.has(slot);
        if (now === undefined) {
          expect(isDoubtful || old === undefined, `${slot} was dropped although nobody touched it`).toBe(
            true,
          );
          if (old !== undefined) {
            this.count("lost");
          }
        } else {
          expect(now).toBe(old);
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
    });
  }

  /** What somebody else does. */
  async meddle(): Promise<string> {
    const what = this.pick(["generate one", "generate both", "clear one", "clear both", "wipe", "patch"]);
    const { client } = stage;
    const slot = this.pick(slotNames);
    const has = (await client.slots(this.tokenId)).map(({ name }) => name as SlotName);
    if (what === "generate one") {
      await client.generate(this.tokenId, slot);
      this.touched.add(slot);
    } else if (what === "generate both") {
      await client.generate(this.tokenId);
      this.touchBoth();
    } else if (what === "clear one") {
      await client.keepOnly(
        this.tokenId,
        has.filter((name) => name !== slot),
      );
      this.touched.add(slot);
    } else if (what === "clear both") {
      await client.keepOnly(this.tokenId, []);
      this.touchBoth();
    } else if (what === "wipe") {
      await client.arm("PUT", this.tokenId, {
        properties: { scopeMapId: stage.scopeMapId(this.scopeMap), status: this.status },
      });
      this.touchBoth();
    } else {
      await client.arm("PATCH", this.tokenId, {
        properties: {
          status: this.pick(["enabled", "disabled"]),
          scopeMapId: stage.scopeMapId(this.pick(["agent-only", "payroll-only"])),
        },
      });
      this.accessTouched = true;
    }
    return `${what} ${slot}`;
  }

  touchBoth(): void {
    for (const slot of slotNames) {
      this.touched.add(slot);
    }
  }

  /** The token is deleted and made anew. Where a refresh comes in between, both resources are gone from the state. */
  async recreate(): Promise<string> {
    const isSeen = this.chance(0.5);
    await stage.client.arm("DELETE", this.tokenId);
    if (isSeen) {
      await this.refresh();
      expect(this.credentials.state ?? this.access.state).toBeUndefined();
    }
    await stage.newToken({ name: this.username, scopeMap: this.scopeMap, status: this.status });
    if (!isSeen) {
      this.touchBoth();
      this.accessTouched = true;
    }
    return `the token is deleted and made anew${isSeen ? ", with a refresh in between" : ""}`;
  }

  /** The plugin is killed during an up, when Azure has done the work and the state does not have it. */
  async crash(): Promise<string> {
    this.args = { ...this.args, generation: String(++this.generations) };
    const fault = passwordsNeverSeen();
    const before = stage.azure.requests.length;
    stage.azure.faults.add(fault);
    const working = this.up();
    let isOver = false;
    working.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    const isHanging = () =>
      stage.azure.requests.slice(before).some(({ url, status }) => fault.path.test(url) && status === null);
    while (!isOver && !isHanging()) {
      await sleep(2);
    }
    if (!isOver) {
      await stage.restart({ kill: true });
    }
    await working;
    stage.azure.faults.clear();
    return `the plugin is killed during an up with generation ${this.generations}`;
  }

  /** Checks at every step that the promise holds. */
  async check(): Promise<void> {
    const { credentials, username, touched, unsettled } = this;
    if (credentials.state === undefined) {
      return;
    }
    const { passwords, password, current } = credentials.exported;
    expect(password).toBe(credentials.value(current));
    const status = this.accessTouched ? undefined : this.access.state?.outputs.status;
    const now = stage.clock.now().getTime();
    for (const { name, value, expiry } of passwords) {
      if (touched.has(name) || unsettled.has(name) || status === undefined) {
        continue;
      }
      const works = status === "enabled" && (expiry === null || Date.parse(expiry) > now);
      expect(await stage.canLogIn(username, value), `${name} ${works ? "works" : "does not work"}`).toBe(
        works,
      );
    }
    const isInDoubt = touched.has(current) || unsettled.has(current) || status !== "enabled";
    if (password !== undefined && !isInDoubt && Date.parse(this.expiry(current)) > now && this.chance(0.2)) {
      const scopeMap = nameOf(String(this.access.saved.outputs.scopeMapId));
      const pulls = (repository: string, tag: string) =>
        stage.client.canPull(username, password, repository, tag);
      expect(await pulls("azureiotedge-agent", "1.5")).toBe(scopeMap === "agent-only");
      expect(await pulls("payroll", "latest")).toBe(scopeMap === "payroll-only");
    }
  }

  /** When the password in a slot stops working; far away for one that never does. */
  expiry(slot: SlotName): string {
    const found = this.credentials.exported.passwords.find(({ name }) => name === slot);
    return found?.expiry ?? "9999-12-31T00:00:00Z";
  }

  /** Whether a password's last day has come, at which it counts as expired. */
  hasExpired(slot: SlotName): boolean {
    return this.expiry(slot).slice(0, 10) <= stage.clock.day();
  }

  /** After a refresh and an up, with nothing in the way, everything that the state says works. */
  async settle(): Promise<void> {
    stage.azure.faults.clear();
    await this.refresh();
    await this.up();
    expect(this.accessTouched).toBe(false);
    expect(this.touched.size + this.unsettled.size, "nothing is in doubt any more").toBe(0);
    const { passwords, slots } = this.credentials.exported;
    expect(passwords.map(({ name }) => name)).toEqual(slotNames);
    expect(Object.values(slots).map(({ lost }) => lost)).toEqual([undefined, undefined]);
    expect((await this.credentials.preview(this.args)).operation).toBe("same");
    if (this.status === "enabled") {
      for (const { name, value } of passwords) {
        expect(await stage.canLogIn(this.username, value), `${name} after refresh and up`).toBe(true);
      }
    }
    await this.check();
  }

  /** @returns false where the work failed for a fault; anything else that fails, fails the test */
  private async survivesFaults(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (
        error instanceof PluginError &&
        /InjectedFault|check the connection|The plugin does not answer/.test(error.message)
      ) {
        this.count(`failed ${what}`);
        this.story.push(`    ${what} failed`);
        return false;
      }
      throw error;
    }
  }

  /** One random step; its name goes into the story. */
  async step(): Promise<string> {
    const kind = this.weighted({
      advance: 22,
      up: 18,
      generation: 8,
      rotateEveryDays: 6,
      expirationInDays: 6,
      status: 5,
      scopeMap: 4,
      refresh: 8,
      meddle: 7,
      fault: 8,
      restart: 0.5,
      replace: 2,
      recreate: 2.5,
      crash: 0.6,
      settle: 4,
    });
    switch (kind) {
      case "advance": {
        const days = this.chance(0.5) ? this.int(0, 20) : this.int(0, 400);
        stage.clock.advance(days);
        return `advance ${days} days`;
      }
      case "up":
        await this.up();
        return kind;
      case "generation":
        this.args = { ...this.args, generation: String(++this.generations) };
        await this.up();
        return `up with generation ${this.generations}`;
      case "rotateEveryDays": {
        const most = (this.args.expirationInDays ?? 200) - 1;
        const rotateEveryDays = this.chance(0.3) ? undefined : this.int(1, most);
        this.args = { ...this.args, rotateEveryDays };
        await this.up();
        return `up with rotateEveryDays ${rotateEveryDays}`;
      }
      case "expirationInDays": {
        const least = (this.args.rotateEveryDays ?? 1) + 1;
        const expirationInDays = this.chance(0.3) ? undefined : this.int(least, least + 200);
        this.args = { ...this.args, expirationInDays };
        await this.up();
        return `up with expirationInDays ${expirationInDays}`;
      }
      case "status":
        this.status = this.status === "enabled" && this.chance(0.7) ? "disabled" : "enabled";
        await this.up();
        return `up with status ${this.status}`;
      case "scopeMap":
        this.scopeMap = this.pick(["agent-only", "payroll-only"]);
        await this.up();
        return `up with scope map ${this.scopeMap}`;
      case "refresh":
        await this.refresh();
        return kind;
      case "meddle":
        return `somebody else: ${await this.meddle()}`;
      case "fault":
        return this.faultyUp();
      case "restart": {
        const kill = this.chance(0.5);
        await stage.restart({ kill });
        return kill ? "the plugin is killed" : "the plugin is restarted";
      }
      case "replace":
        await this.up({ replace: true });
        return "up --replace";
      case "recreate":
        return this.recreate();
      case "crash":
        return this.crash();
      default:
        await this.settle();
        return "refresh and up";
    }
  }

  /** An up that rotates, with something in its way; mostly such that no retry hides it. */
  async faultyUp(): Promise<string> {
    const path = this.pick([
      /generateCredentials/,
      generateCredentialsStatus === 202 ? /operationResults/ : /operationStatuses/,
      /\/tokens\//,
    ]);
    const fault: Fault = this.pick<Fault>([
      { kind: "answer", status: 400, path },
      { kind: "answer", status: 400, path },
      { kind: "answer", status: 403, path },
      { kind: "answer", status: 409, path },
      { kind: "answer", status: 429, retryAfter: 0, path },
      { kind: "answer", status: 500, path },
      { kind: "reset", path },
      { kind: "lose", path },
    ]);
    const what = `${fault.kind} ${"status" in fault ? fault.status : ""} on ${path.source}`;
    this.story.push(`    with ${what}`);
    stage.azure.faults.add(fault);
    this.isFaulty = true;
    this.args = { ...this.args, generation: String(++this.generations) };
    if (this.chance(0.2)) {
      await this.refresh();
    } else {
      await this.up();
    }
    stage.azure.faults.clear();
    this.isFaulty = false;
    return `up with generation ${this.generations}, with ${what}`;
  }

  private weighted<Kind extends string>(weights: Record<Kind, number>): Kind {
    const entries = Object.entries(weights) as [Kind, number][];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [kind, weight] of entries) {
      left -= weight;
      if (left < 0) {
        return kind;
      }
    }
    return entries[0][0];
  }
}

/** The slots whose passwords a plan makes new: what whoever reads the preview has been told. */
function announcedSlots({ operation, changed, inputs }: Step): Set<SlotName> {
  if (operation === "create" || operation === "replace") {
    return new Set(slotNames);
  }
  const isNewlyCurrent = (slot: SlotName) => changed.includes("current") && inputs.current === slot;
  return new Set(
    slotNames.filter(
      (slot) => isNewlyCurrent(slot) || changed.some((path) => path.startsWith(`slots.${slot}`)),
    ),
  );
}

test(`a password in the state works until a preview says otherwise (MODEL_SEED=${seed})`, {
  timeout: 300_000,
}, async () => {
  await stage.newScopeMap("agent-only", "azureiotedge-agent");
  await stage.newScopeMap("payroll-only", "payroll");
  const walk = new Walk(await stage.newToken({ name: "model-token", scopeMap: "agent-only" }));
  try {
    await walk.up();
    for (let step = 1; step <= steps; step++) {
      walk.story.push(`${step}: ${await walk.step()}`);
      await walk.check();
    }
    await walk.settle();
  } catch (error) {
    const story = walk.story.slice(-25).join("\n");
    const { inputs } = walk.credentials.state ?? {};
    throw new Error(
      `MODEL_SEED=${seed}, after ${walk.story.length} lines. The last ones:\n${story}\nThen: ${(error as Error).message}\nArguments: ${JSON.stringify(walk.args)}\nInputs: ${JSON.stringify(inputs)}`,
      { cause: error },
    );
  }
  // A walk that did not go anywhere would prove nothing.
  if (steps >= 1_000) {
    for (const what of ["create", "update", "same", "replace", "lost", "failed credentials"]) {
      expect(walk.counts[what] ?? 0, what).toBeGreaterThan(4);
    }
  }
});
