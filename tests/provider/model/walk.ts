import type { Fault } from "local-azure";
import { expect } from "vitest";
import { generateCredentialsStatus, passwordsNeverSeen } from "../../support/generateCredentials.js";
import { killPluginAt } from "../../support/killPlugin.js";
import { Disturbances } from "./disturbances.js";
import { daysAfter } from "./tokenWorld.js";
import type { CredentialsArguments } from "./world.js";

/** A random walk: what its author, time, others and bad luck do to one token. */
export class Walk extends Disturbances {
  /** One random step; its name goes into the story. */
  async step(): Promise<string> {
    const kind = this.weighted({
      advance: 22,
      up: 18,
      generation: 8,
      rotateEveryDays: 5,
      expirationInDays: 5,
      overlapDays: 6,
      spreadRotation: 2,
      waitUntilLive: 2,
      lag: 4,
      status: 5,
      scopeMap: 4,
      refresh: 8,
      meddle: 7,
      fault: 8,
      restart: 0.5,
      replace: 2,
      recreate: 2.5,
      crash: 0.6,
      adopt: 6,
      settle: 4,
      otherCase: 3,
      rename: 3,
      changeAfterCheck: 6,
      wrongClock: 2,
    });
    switch (kind) {
      case "advance": {
        const due = this.chance(0.3) ? this.daysUntilDue() : undefined;
        const days = due ?? (this.chance(0.6) ? this.int(0, 20) : this.int(0, 400));
        this.environment.clock.advance(days);
        return `advance ${days} days`;
      }
      case "up":
        await this.up();
        return kind;
      case "generation":
        return this.upWith({ generation: String(++this.generations) });
      case "rotateEveryDays":
        return this.upWith({
          rotateEveryDays: this.maybe(this.int(1, (this.args.expirationInDays ?? 200) - 1)),
        });
      case "expirationInDays": {
        const least = (this.args.rotateEveryDays ?? 1) + 1;
        return this.upWith({ expirationInDays: this.maybe(this.int(least, least + 200)) });
      }
      case "overlapDays":
        return this.upWith({ overlapDays: this.maybe(this.int(1, this.chance(0.5) ? 15 : 150)) });
      case "spreadRotation":
        return this.upWith({ spreadRotation: this.maybe(true) });
      case "waitUntilLive":
        return this.upWith({ waitUntilLive: this.maybe(true) });
      case "lag":
        return this.laggingUp();
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
        await this.environment.restart({ kill });
        return kill ? "the plugin is killed" : "the plugin is restarted";
      }
      case "replace":
        await this.up({ replace: true });
        return "up --replace";
      case "recreate":
        return this.recreate();
      case "crash":
        return this.crash();
      case "adopt":
        return this.adopt();
      case "otherCase":
      case "rename":
      case "changeAfterCheck":
      case "wrongClock":
        return this[kind]();
      default:
        await this.settle();
        return "refresh and up";
    }
  }

  /** The days to one on which something is to happen, or to the day before. */
  private daysUntilDue(): number | undefined {
    const { previous, environment } = this;
    const { rotatesOn, overlapDays } = this.credentials.state?.outputs ?? {};
    const days = [rotatesOn, previous && daysAfter(previous.since, Number(overlapDays ?? 0))]
      .filter((day) => typeof day === "string")
      .map((day) => Math.round((Date.parse(day) - Date.parse(environment.clock.day())) / 86_400_000))
      .filter((ahead) => ahead > 0);
    return days.length === 0 ? undefined : this.pick(days) - this.int(0, 1);
  }

  private maybe<T>(value: T): T | undefined {
    return this.chance(0.3) ? undefined : value;
  }

  /** Changes what the program says, and takes out the overlap where the periods have no room for it any more. */
  private change(changes: Partial<CredentialsArguments>): void {
    const args = { ...this.args, ...changes };
    const { rotateEveryDays, expirationInDays, overlapDays = 0 } = args;
    const half = expirationInDays === undefined ? Number.POSITIVE_INFINITY : Math.floor(expirationInDays / 2);
    const period = rotateEveryDays ?? half;
    const hasRoom =
      overlapDays < period && period + overlapDays <= (expirationInDays ?? Number.POSITIVE_INFINITY);
    this.args = hasRoom ? args : { ...args, overlapDays: undefined };
  }

  private async upWith(changes: Partial<CredentialsArguments>): Promise<string> {
    this.change(changes);
    await this.up();
    return `up with ${Object.entries(changes).map(([name, value]) => `${name} ${value}`)}`;
  }

  /** New passwords are slow to spread, and the program waits until they have. */
  private async laggingUp(): Promise<string> {
    const { credentials, environment } = this;
    this.change({ generation: String(++this.generations), waitUntilLive: true });
    const before = credentials.state && credentials.exported.password;
    environment.azure.replicationLagMs = 100;
    await this.up();
    const { current, password } = credentials.state ? credentials.exported : {};
    const isSure = current !== undefined && !this.isDoubtful(current);
    if (isSure && password !== before && this.status === "enabled" && !this.accessTouched) {
      expect(
        await environment.canLogIn(this.username, password),
        "it works in the moment in which up returns",
      ).toBe(true);
      this.count("waited");
    }
    environment.azure.replicationLagMs = 0;
    return `up with generation ${this.generations} and waitUntilLive, with replicas that lag`;
  }

  /** What somebody else does. */
  private async meddle(): Promise<string> {
    const what = this.pick([...Array(4).fill("passwords"), "wipe", "patch"]);
    if (what === "passwords") {
      return this.meddleWithPasswords();
    }
    const { client } = this.environment;
    if (what === "wipe") {
      await client.arm("PUT", this.tokenId, {
        properties: { scopeMapId: this.environment.scopeMapId(this.scopeMap), status: this.status },
      });
      this.touchBoth();
    } else {
      await client.arm("PATCH", this.tokenId, {
        properties: {
          status: this.pick(["enabled", "disabled"]),
          scopeMapId: this.environment.scopeMapId(this.pick(["agent-only", "payroll-only"])),
        },
      });
      this.accessTouched = true;
    }
    return what;
  }

  /** The token is deleted and created again. Where a refresh comes in between, both resources are gone from the state. */
  private async recreate(): Promise<string> {
    const { environment } = this;
    const isSeen = this.chance(0.5);
    await environment.client.arm("DELETE", this.tokenId);
    if (isSeen) {
      await this.refresh();
      expect(this.credentials.state ?? this.access.state).toBeUndefined();
    }
    await environment.newToken({ name: this.username, scopeMap: this.scopeMap, status: this.status });
    if (!isSeen) {
      this.touchBoth();
      this.accessTouched = true;
    }
    return `the token is deleted and created again${isSeen ? ", with a refresh in between" : ""}`;
  }

  /** The plugin is killed during an up, when Azure has done the work and the state does not have it. */
  private async crash(): Promise<string> {
    this.change({ generation: String(++this.generations) });
    await killPluginAt(this.environment, passwordsNeverSeen(), () => this.up());
    return `the plugin is killed during an up with generation ${this.generations}`;
  }

  /** An up that rotates, with something in its way; mostly such that no retry hides it. */
  private async faultyUp(): Promise<string> {
    const { faults } = this.environment.azure;
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
      { kind: "answer", status: 429, retryAfterSeconds: 0, path },
      { kind: "answer", status: 500, path },
      { kind: "reset", path },
      { kind: "lose", path },
    ]);
    const what = `${fault.kind} ${"status" in fault ? fault.status : ""} on ${path.source}`;
    this.story.push(`    with ${what}`);
    faults.add(fault);
    this.isFaulty = true;
    const rotates = this.chance(0.7);
    if (rotates) {
      this.change({ generation: String(++this.generations) });
    }
    if (this.chance(0.2)) {
      await this.refresh();
    } else {
      await this.up();
    }
    faults.clear();
    this.isFaulty = false;
    return `up${rotates ? ` with generation ${this.generations}` : ""}, with ${what}`;
  }
}
