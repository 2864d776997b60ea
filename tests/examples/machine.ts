/** A machine that runs a job of examples/fleet, as a runner of a workflow does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installStandIns } from "local-azure/pulumi";
import { expect } from "vitest";
import { plainOf } from "../../examples/fleet/states";
import { descendantsOf } from "../support/processes";
import { type Run, type Running, run, start } from "./command";
import { installExample, temporaryFolder } from "./outside";

/** The stacks of the fleet. */
export const stacks = ["1-of-4", "2-of-4", "3-of-4", "4-of-4"] as const;

/** A checkout, a home and plugins of its own. The machine shares nothing but the backend with other machines. */
export class Machine {
  private readonly folder = temporaryFolder();
  private readonly env: NodeJS.ProcessEnv;
  private job: Running | undefined;

  /**
   * @param devices the list of devices
   * @param environment the variables with the addresses of Azure and of the backend
   */
  constructor(devices: readonly string[], environment: Record<string, string>) {
    installExample("fleet", this.folder);
    writeFileSync(join(this.folder, "devices.json"), JSON.stringify(devices));
    const fleet = { devices: "devices.json", stacks: stacks.length, stacksAtOnce: 1 };
    writeFileSync(join(this.folder, "fleet.json"), JSON.stringify(fleet));
    const home = temporaryFolder();
    const pulumiHome = join(home, ".pulumi");
    installStandIns(pulumiHome);
    this.env = {
      ...process.env,
      ...environment,
      HOME: home,
      PULUMI_HOME: pulumiHome,
      PULUMI_CONFIG_PASSPHRASE: "only for a throw-away stack",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // A real plugin on PATH would replace its stand-in.
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    };
  }

  /** Starts the job of a stack. */
  up(stack: string): Running {
    this.job = start(["npm", "run", "--silent", "up", "--", "--stack", stack], this.folder, this.env);
    return this.job;
  }

  /** Ends the job and everything that it started at once, as the loss of a machine does. */
  lose(): void {
    const pid = this.job?.child.pid as number;
    for (const one of [pid, ...descendantsOf(pid).map((descendant) => descendant.pid)]) {
      try {
        process.kill(one, "SIGKILL");
      } catch {
        // The process ended by itself.
      }
    }
  }

  pulumi(...args: string[]): Promise<Run> {
    return run(["pulumi", ...args, "--non-interactive"], this.folder, this.env);
  }

  /** The current password of each device of a stack, as its state has the password; none if there is no such stack yet. */
  async passwords(stack: string): Promise<Map<string, string>> {
    const { code, out, err } = await this.pulumi("stack", "export", "--show-secrets", "--stack", stack);
    if (/no stack named/.test(err)) {
      return new Map();
    }
    expect(code, err).toBe(0);
    const resources: { type: string; outputs: Record<string, unknown> }[] =
      JSON.parse(out).deployment.resources ?? [];
    return new Map(
      resources
        .filter(({ type }) => type === "acr-token:index:TokenCredentials")
        .map(({ outputs }) => [String(outputs.username), String(plainOf(outputs.password))]),
    );
  }
}
