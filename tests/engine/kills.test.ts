/**
 * `pulumi` is killed at a random instant of what it does to a stack, alone, with all that it has started, or our plugin alone:
 * the exported password logs in all the while, no plugin stays behind, and what docs/operating.md says is all that it takes.
 * KILLS sets their number.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { AzureClient } from "../support/azureClient";
import { drawKills, engineKills, seed, Tally } from "../support/kills";
import { descendantsOf, isRunning } from "../support/processes";
import { Watch } from "../support/watch";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

/** A stack's program: a token with the changing arguments in its configuration. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "kills-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = {
    name: "killed",
    runtime: "yaml",
    plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
    config: {
      reason: { type: "string", default: "first" },
      repository: { type: "string", default: "agent0" },
      scopeMapName: { type: "string", default: "scopes0" },
    },
    resources: {
      token: {
        type: "acr-token:RegistryToken",
        properties: {
          resourceGroupName: "myresourcegroup",
          registryName: "myregistry",
          tokenName: "edge-client",
          // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Pulumi's own, in YAML
          scopeMapName: "${scopeMapName}",
          repositories: { "${repository}": ["content/read"] },
          rotationTriggers: { reason: "${reason}" },
        },
      },
    },
    outputs: { password: "${token.password}" },
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Pulumi's own, in YAML
  };
  // JSON is YAML.
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(program));
  return folder;
}

type Command = "up" | "destroy" | "refresh";

interface Operation {
  readonly name: string;
  readonly command: Command;
  /** The changed configuration. */
  readonly changed?: "reason" | "repository" | "scopeMapName";
  /** Whether the preview announces the end of the exported password. */
  readonly losesPassword?: boolean;
}

const operations: readonly Operation[] = [
  { name: "create", command: "up", losesPassword: true },
  { name: "unchanged", command: "up" },
  { name: "rotation", command: "up", changed: "reason" },
  { name: "another scope", command: "up", changed: "repository" },
  { name: "another scope map", command: "up", changed: "scopeMapName" },
  { name: "leak", command: "up", losesPassword: true },
  { name: "refresh", command: "refresh" },
  { name: "destroy", command: "destroy", losesPassword: true },
];

type Victim = "engine" | "engine and plugins" | "plugin";

/** A stack whose commands are killed. */
class KilledStack {
  isThere = false;
  /** How long each command takes, in ms. */
  private readonly took: Record<Command, number> = { up: 0, destroy: 0, refresh: 0 };
  private readonly client: AzureClient;
  private changes = 0;

  constructor(private readonly test: TestStack) {
    this.client = new AzureClient(test.azure.connection);
    onTestFinished(() => this.client.close());
  }

  /** Runs a command to its end. */
  async run(command: Command, options: { clearPendingCreates?: boolean } = {}): Promise<void> {
    const started = performance.now();
    await this.test.stack[command]({ color: "never", ...options });
    this.took[command] = performance.now() - started;
    this.isThere = command === "destroy" ? false : command === "up" || this.isThere;
  }

  change(name: string): Promise<void> {
    const value = `${name === "scopeMapName" ? "scopes" : "agent"}${++this.changes}`;
    return this.test.stack.setConfig(name, { value });
  }

  password(): Promise<string> {
    return this.test.output("password");
  }

  async logIn(password: string): Promise<boolean> {
    return (await this.test.login("edge-client", password)) === 200;
  }

  /** The password in the state of TokenCredentials, regardless of what the stack exports. */
  async passwordInState(): Promise<string | undefined> {
    const { deployment } = await this.test.stack.exportStack();
    const resources: { type: string; delete?: boolean; outputs?: Record<string, { plaintext?: string }> }[] =
      deployment.resources ?? [];
    const found = resources.find((one) => one.type === "acr-token:index:TokenCredentials" && !one.delete);
    const { plaintext } = found?.outputs?.password ?? {};
    return plaintext === undefined ? undefined : JSON.parse(plaintext);
  }

  /** Starts a command and kills it, at a part of the time that it takes; says what met its end. */
  async kill({ name, command }: Operation, at: number, wanted: Victim): Promise<Victim | "nothing"> {
    const { workspace } = this.test.stack;
    const replaced =
      name === "leak" ? ["--replace", await this.test.urn("acr-token:index:TokenCredentials")] : [];
    const child = spawn("pulumi", [command, "--yes", "--skip-preview", "--stack", "local", ...replaced], {
      cwd: this.test.folder,
      env: { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome },
      stdio: "ignore",
    });
    const ended = new Promise((done) => child.once("exit", done));
    await sleep(at * this.took[command]);
    const isOver = child.exitCode !== null;
    const started = descendantsOf(child.pid ?? -1);
    const ours = started.filter(({ command }) => command.includes("pulumi-resource-acr-token"));
    // Before our plugin is there, it is the engine's turn.
    const victim = wanted === "plugin" && ours.length === 0 ? "engine" : wanted;
    for (const { pid } of victim === "engine" ? [] : victim === "plugin" ? ours : started) {
      killNow(pid);
    }
    if (victim !== "plugin") {
      child.kill("SIGKILL");
    }
    await ended;
    const plugins = started.filter(({ command }) => command.includes("pulumi-resource-"));
    await expect
      .poll(() => plugins.filter(({ pid }) => isRunning(pid)), { message: "no plugin stays" })
      .toEqual([]);
    // Language hosts are Pulumi's own; that of YAML stays when its engine is gone.
    for (const { pid } of started) {
      killNow(pid);
    }
    return isOver ? "nothing" : victim;
  }

  /** What docs/operating.md says of a run that was killed. */
  async mend(command: Command, wasEngine: boolean, isRefreshed: boolean): Promise<string[]> {
    if (wasEngine) {
      await this.test.stack.cancel();
    }
    if (isRefreshed) {
      await this.run("refresh", { clearPendingCreates: true });
    }
    const deleted: string[] = [];
    for (;;) {
      try {
        await this.run(command);
        return deleted;
      } catch (error) {
        // azure-native does not know what Azure made before it was killed.
        const [, id] = /cannot create already existing resource '([^']+)'/.exec(String(error)) ?? [];
        if (id === undefined || deleted.includes(id)) {
          throw error;
        }
        await this.client.arm("DELETE", id);
        deleted.push(id);
      }
    }
  }

  /** There is nothing left to do, in the state and in Azure. */
  async expectSettled(): Promise<void> {
    expect((await this.test.preview({ refresh: true })).steps).toEqual([]);
    expect(await this.logIn(await this.password())).toBe(true);
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const noPs = process.platform === "win32" ? "Windows has no ps" : undefined;

describeWith("pulumi, killed at random instants", onlyAtFullSize ?? noPs, () => {
  it(`has a stack that continues after each of ${engineKills} kills (KILLS_SEED=${seed})`, {
    timeout: 120_000 + engineKills * 60_000,
  }, async () => {
    const stack = new KilledStack(
      await TestStack.start(project(), {
        azure: { latencyMs: 20, operationMs: 200 },
        environment: { AZURE_NATIVE_STAND_IN_PACE: "0.02" },
      }),
    );
    const tally = new Tally();
    let logins = 0;
    // How long each takes here and now.
    await stack.run("up");
    await stack.run("refresh");
    await stack.run("destroy");

    for (const [index, { operation, at, choice }] of drawKills(engineKills, operations).entries()) {
      const wanted = (["engine", "engine and plugins", "plugin"] as const)[Math.floor(3 * choice)];
      const isRefreshed = operation.name === "leak" || (10 * choice) % 1 < 0.5;
      const what = `kill ${index + 1}, KILLS_SEED=${seed}: ${wanted}, at ${at.toFixed(2)} of ${operation.name}`;
      if (stack.isThere === (operation.name === "create")) {
        await stack.run(stack.isThere ? "destroy" : "up");
      }
      if (operation.changed !== undefined) {
        await stack.change(operation.changed);
      }
      const exported = operation.losesPassword ? undefined : await stack.password();
      const watch = new Watch(async () => exported === undefined || stack.logIn(exported));

      const victim = await stack.kill(operation, at, wanted);

      const held = await stack.passwordInState();
      const isPromised = held !== undefined && !["leak", "destroy"].includes(operation.name);
      if (isPromised) {
        expect(await stack.logIn(held), `${what}: what the state holds works`).toBe(true);
      }
      const deleted = await stack.mend(operation.command, victim.startsWith("engine"), isRefreshed);
      await watch.end();
      expect(watch.refused, `${what}: the exported password works at every instant`).toEqual([]);
      logins += exported === undefined ? 0 : watch.logins;
      tally.count(`of ${victim}`);
      if (deleted.length > 0) {
        expect(["create", "another scope map"], what).toContain(operation.name);
        tally.count("after which something had to be deleted");
      }
      if (stack.isThere) {
        if (operation.command === "refresh") {
          await stack.run("up");
        }
        await stack.expectSettled();
        if (isPromised) {
          expect(await stack.logIn(held), `${what}: what the state held works on`).toBe(true);
        }
      }
    }
    console.log(`${engineKills} kills (KILLS_SEED=${seed}): ${tally}; ${logins} logins, all accepted`);
  });
});
