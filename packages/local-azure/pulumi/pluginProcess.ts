/** A plugin's process, started as Pulumi starts it, up to the line with its port. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as callLater, clearTimeout } from "node:timers";
import { setTimeout } from "node:timers/promises";

/** The plugin to start: the folder of a plugin for Node, with its executable or PulumiPlugin.yaml, or an executable. */
export type PluginSource = { directory: string } | { executable: string; args?: string[] };

export interface PluginSettings {
  /** Environment variables in addition to this process's variables; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** The plugin's working directory: in Pulumi, the program's. Default: this process's working directory. */
  cwd?: string;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

export class PluginProcess {
  /** The plugin's output to stderr, and to stdout after its port. */
  log = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** How the process ended, in words; undefined while it runs. */
  ending: string | undefined;

  private constructor(
    readonly source: PluginSource,
    engineAddress: string,
    settings: PluginSettings,
  ) {
    const { command, args, env } = commandFor(source);
    this.#child = spawn(command, [...args, engineAddress], {
      cwd: settings.cwd,
      env: { ...process.env, ...env, ...settings.env },
      // An executable's standard input is a pipe, which closes when the parent process ends.
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#exited = new Promise((done) => {
      this.#child.once("error", (error) => {
        this.ending = `could not be started: ${error.message}`;
        done();
      });
      this.#child.once("exit", (code, signal) => {
        this.ending = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        done();
      });
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log += text;
    });
    process.once("exit", this.kill);
  }

  /** Starts a plugin and waits for its port. */
  static async start(
    source: PluginSource,
    engineAddress: string,
    settings: PluginSettings = {},
  ): Promise<{ process: PluginProcess; port: number }> {
    const started = new PluginProcess(source, engineAddress, settings);
    try {
      return { process: started, port: await started.#port() };
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Waits up to a second for an unresponsive process to end, so that an error can tell how it ended. */
  async settled(): Promise<void> {
    const timer = new AbortController();
    await Promise.race([
      this.#exited,
      setTimeout(1_000, undefined, { signal: timer.signal }).catch(() => {}),
    ]);
    timer.abort();
  }

  /** Kills the process. */
  readonly kill = (): void => {
    this.#child.kill("SIGKILL");
  };

  /** Stops the process as Pulumi does: SIGINT, then SIGKILL after 5 seconds. */
  async stop(): Promise<void> {
    if (this.ending === undefined) {
      this.#child.kill("SIGINT");
      const timer = callLater(this.kill, stopTimeoutMs);
      await this.#exited;
      clearTimeout(timer);
    }
    process.off("exit", this.kill);
  }

  /** Describes the plugin, how it ended, and the end of its log, for error messages. */
  describe(): string {
    const name = "directory" in this.source ? this.source.directory : this.source.executable;
    const log = this.log.trim();
    const output = log ? `Its last output:\n${log.slice(-2_000)}` : "It wrote nothing.";
    return `The plugin ${name} ${this.ending ?? "is running"}. ${output}`;
  }

  /** The plugin's port, which is the first line of its stdout. */
  #port(): Promise<number> {
    return new Promise((done, fail) => {
      const timer = callLater(
        () =>
          fail(new Error(`The plugin printed no port within ${startTimeoutMs / 1000} s. ${this.describe()}`)),
        startTimeoutMs,
      );
      let firstLine = "";
      let found = false;
      this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        if (found) {
          this.log += text;
          return;
        }
        firstLine += text;
        const end = firstLine.indexOf("\n");
        if (end === -1) {
          return;
        }
        found = true;
        clearTimeout(timer);
        const line = firstLine.slice(0, end).trim();
        this.log += firstLine.slice(end + 1);
        if (/^\d+$/.test(line)) {
          done(Number(line));
        } else {
          fail(
            new Error(
              `The plugin's first line of output must be its port, not '${line}'. ${this.describe()}`,
            ),
          );
        }
      });
      this.#exited.then(() => {
        clearTimeout(timer);
        fail(new Error(`The plugin printed no port. ${this.describe()}`));
      });
    });
  }
}

function commandFor(source: PluginSource): {
  command: string;
  args: string[];
  env: Record<string, string>;
} {
  if ("executable" in source) {
    return { command: source.executable, args: source.args ?? [], env: {} };
  }
  const directory = resolve(source.directory);
  const executable = readdirSync(directory).find((name) => /^pulumi-resource-[a-z0-9-]+$/.test(name));
  if (executable !== undefined) {
    // A script for Node, as every plugin here. Windows ignores its first line, which names node.
    return { command: process.execPath, args: [join(directory, executable)], env: {} };
  }
  const manifest = join(directory, "PulumiPlugin.yaml");
  if (!existsSync(manifest)) {
    throw new Error(
      `${directory} is not the folder of a plugin: it has neither a pulumi-resource-<name> nor a PulumiPlugin.yaml.`,
    );
  }
  // The plugin's own copy of the SDK runs it, as in Pulumi's language host.
  const runner = createRequire(manifest).resolve("@pulumi/pulumi/cmd/run-plugin");
  const compiled = /^\s*typescript:\s*false\s*$/m.test(readFileSync(manifest, "utf8"));
  return {
    command: process.execPath,
    args: [runner, directory],
    env: compiled ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" },
  };
}
