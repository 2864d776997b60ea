import type { Fault } from "local-azure";
import { expect } from "vitest";
import { passwordsNeverSeen } from "../../support/generateCredentials.js";
import { killPluginAt } from "../../support/killPlugin.js";
import { VaultMeddling } from "./vaultMeddling.js";
import type { VaultArguments } from "./vaultWorld.js";

/** A random walk: what its author, time, others and failures do to one token whose passwords are in Key Vault. */
export class VaultWalk extends VaultMeddling {
  /** One random step; its name goes into the story. */
  async step(): Promise<string> {
    const kind = this.weighted({
      advance: 20,
      up: 12,
      generation: 10,
      periods: 9,
      overlapDays: 5,
      lag: 3,
      refresh: 8,
      move: 9,
      meddle: 12,
      meddleToken: 5,
      fault: 14,
      kill: 3,
      restart: 0.5,
      replace: 2,
      recreate: 1.5,
      destroy: 2,
      forget: 1.5,
      adopt: 2,
      settle: 6,
    });
    switch (kind) {
      case "advance": {
        const days = this.chance(0.7) ? this.int(0, 20) : this.int(0, 300);
        this.environment.clock.advance(days);
        return `advance ${days} days`;
      }
      case "up":
        await this.up();
        return kind;
      case "generation":
        return this.upWith({ generation: String(++this.generations) });
      case "periods": {
        const expirationInDays = this.chance(0.3) ? undefined : this.int(20, 200);
        const rotateEveryDays = this.chance(0.3) ? undefined : this.int(2, (expirationInDays ?? 200) - 10);
        return this.upWith({ expirationInDays, rotateEveryDays, overlapDays: undefined });
      }
      case "overlapDays": {
        const { rotateEveryDays: period, expirationInDays: life } = this.args;
        const room = Math.min(
          (period ?? Math.floor((life ?? 30) / 2)) - 1,
          (life ?? 999) - (period ?? 0),
          15,
        );
        return this.upWith({ overlapDays: room < 1 || this.chance(0.3) ? undefined : this.int(1, room) });
      }
      case "lag":
        this.environment.azure.replicationLagMs = 50;
        await this.upWith({ generation: String(++this.generations), waitUntilLive: true });
        this.environment.azure.replicationLagMs = 0;
        return "up with generation and waitUntilLive, with replicas that lag";
      case "refresh":
        await this.refresh();
        return kind;
      case "move":
        return this.upWith(this.move());
      case "meddle":
        return this.followedUp(await this.meddle());
      case "meddleToken":
        return this.followedUp(await this.meddleWithToken());
      case "fault":
        return this.faultyUp();
      case "kill":
        return this.killedUp();
      case "restart":
        await this.environment.restart({ kill: this.chance(0.5) });
        return kind;
      case "replace":
        await this.up({ replace: true });
        return "up --replace";
      case "recreate":
        return this.recreate();
      case "destroy":
        return this.destroy();
      case "forget":
        this.credentials.forget();
        this.previous = undefined;
        await this.up();
        return "the state is lost; up";
      case "adopt":
        return this.adopt();
      default:
        await this.settle();
        return "refresh and up";
    }
  }

  /** keyVault goes, comes, or names another secret; sometimes together with a rotation. */
  private move(): Partial<VaultArguments> {
    const others = [undefined, this.secret("a"), this.secret("b")].filter(
      (one) => one?.secretName !== this.args.keyVault?.secretName,
    );
    const keyVault = this.pick(others);
    return { keyVault, ...(this.chance(0.3) && { generation: String(++this.generations) }) };
  }

  private async upWith(changes: Partial<VaultArguments>): Promise<string> {
    this.args = { ...this.args, ...changes };
    await this.up();
    const said = Object.entries(changes).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    return `up with ${said.join(", ")}`;
  }

  private async followedUp(what: string): Promise<string> {
    if (this.chance(0.5)) {
      await this.check();
      await this.settle();
      return `${what}, refresh and up`;
    }
    return what;
  }

  /** The token is deleted and created again. */
  private async recreate(): Promise<string> {
    await this.environment.client.arm("DELETE", this.tokenId);
    await this.environment.newToken({ name: this.username });
    this.meddled = "unseen";
    this.touchBoth();
    return "the token is deleted and created again";
  }

  private async destroy(): Promise<string> {
    await this.settle();
    const { secretName } = this;
    await this.credentials.destroy();
    this.previous = undefined;
    if (secretName !== undefined && this.foreign.get(secretName) !== "every version") {
      expect(await this.vault.versions(secretName), "the secret is deleted").toEqual([]);
    }
    if (this.meddled !== "no") {
      this.meddled = "seen";
    }
    await this.up();
    return "destroy and up";
  }

  /** The state is lost, and another stack adopts the current password, or both, into a secret. */
  private async adopt(): Promise<string> {
    await this.settle();
    const held = this.held();
    const current = this.current();
    const given = this.chance(0.5) ? held : held.filter(({ name }) => name === current?.name);
    const adopt = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    this.credentials.forget();
    this.credentials = this.environment.credentials();
    const { args } = this;
    this.args = { ...args, keyVault: this.secret(this.pick(["a", "b"])), adopt } as VaultArguments;
    this.previous = undefined;
    expect(await this.up(), "the adoption succeeds").toBe(true);
    const { adopt: _, ...rest } = this.args as VaultArguments & { adopt: unknown };
    this.args = rest;
    for (const { name, value } of given) {
      expect(this.held().find((one) => one.name === name)?.value, `${name} is taken over`).toBe(value);
    }
    this.count("adopted");
    return `adopt with ${Object.keys(adopt)}`;
  }

  /** A run with a failure on its way. */
  private async faultyUp(): Promise<string> {
    const methods = ["GET", "PUT", "PATCH", "DELETE", "POST"];
    const method = this.pick(methods);
    // The plugin's requests, and not those of this walk's own client.
    const path = method === "GET" ? /maxresults|deletedsecrets/ : undefined;
    const place = this.chance(0.75)
      ? { host: "vault" as const, method, path }
      : { path: /generateCredentials|\/tokens\// };
    const fault: Fault = this.pick<Fault>([
      { kind: "answer", status: 400, ...place },
      { kind: "answer", status: 403, ...place },
      { kind: "answer", status: 429, retryAfterSeconds: 0, ...place },
      { kind: "answer", status: 500, ...place },
      { kind: "answer", status: 503, ...place },
      { kind: "reset", ...place },
      { kind: "lose", ...place },
      // The work is done, and the answer does not say so.
      { kind: "alter", status: 400, body: () => '{"error":{"code":"InjectedFault"}}', ...place },
    ]);
    const what = `${fault.kind} ${"status" in fault ? fault.status : ""} on ${"method" in place ? place.method : "Azure"}`;
    return this.withFault(fault, what);
  }

  private async withFault(fault: Fault, what: string, kills = false): Promise<string> {
    this.story.push(`    with ${what}`);
    const { environment } = this;
    this.isFaulty = true;
    const changes = this.chance(0.3) ? this.move() : { generation: String(++this.generations) };
    const runs = this.chance(0.8);
    if (runs) {
      this.args = { ...this.args, ...changes };
    }
    const run = async () => (runs ? this.up() : this.refresh());
    if (!kills) {
      environment.azure.faults.add(fault);
      await run();
    } else if (await killPluginAt(environment, fault, run)) {
      this.count("kills");
    }
    environment.azure.faults.clear();
    this.isFaulty = false;
    this.count("faults");
    return `${what}, with ${JSON.stringify(changes)}`;
  }

  /** The plugin is killed in the middle of a run. */
  private async killedUp(): Promise<string> {
    const vault = { kind: "hang", host: "vault" } as const;
    const fault = this.pick<Fault>([
      passwordsNeverSeen(),
      { ...vault, method: "PUT" },
      { ...vault, method: "PUT", isDone: true },
      { ...vault, method: "PATCH", isDone: this.chance(0.5) },
      { ...vault, method: "DELETE", isDone: this.chance(0.5) },
    ]);
    const where = "method" in fault ? fault.method : "generateCredentials";
    return this.withFault(fault, `a kill at ${where}`, true);
  }
}
