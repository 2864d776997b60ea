import { spawnSync } from "node:child_process";
import { type EngineEvent, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { type LocalAzure, type LocalAzureOptions, startLocalAzure } from "local-azure";
import { describe, onTestFinished } from "vitest";
import { registryOf } from "../../packages/local-azure/tests/support";
import { throwAwayStack } from "../../tools/start/throwAwayStack";
import { generateCredentialsStatus } from "../support/generateCredentials";
import { isFullSize } from "../support/size";

/** Whether Pulumi is to find azure-native and random in its ordinary way: on PATH, in its home, or by download. */
export const realPlugins = process.env.REAL_PLUGINS === "1";

const hasCli = spawnSync("pulumi", ["version"]).status === 0;

/** A group of tests with a real Pulumi CLI. Without a CLI it is skipped, and its name says so. */
export function describeWithCli(name: string, tests: () => void): void {
  describe.skipIf(!hasCli)(hasCli ? name : `${name} (skipped: there is no pulumi on PATH)`, tests);
}

/** Why a group does not run that needs the stand-in for azure-native, which can do what the real one cannot be made to do. */
export const whyNoStandIns = realPlugins ? "REAL_PLUGINS leaves no stand-in" : undefined;

/** A group of tests that need the stand-in for azure-native. */
export function describeWithStandIns(name: string, tests: () => void): void {
  describeWith(name, whyNoStandIns, tests);
}

/**
 * Why programs in Python do not run; undefined if they do.
 *
 * @param modules what they need beside Pulumi's package
 */
export function whyNoPython(modules: readonly string[] = []): string | undefined {
  const needed = ["pulumi", ...modules].join(", ");
  const hasPython = spawnSync("python3", ["-c", `import ${needed}`]).status === 0;
  return hasPython ? undefined : `python3 on PATH cannot import ${needed}`;
}

/** A group of tests with programs in Python; skipped, saying why, if what they need cannot be imported. */
export function describeWithPython(name: string, tests: () => void, modules: readonly string[] = []): void {
  describeWith(name, hasCli ? whyNoPython(modules) : undefined, tests);
}

/** A group of tests that need more than a CLI. With a reason it is skipped, and its name has the reason. */
export function describeWith(name: string, reason: string | undefined, tests: () => void): void {
  if (reason === undefined) {
    describeWithCli(name, tests);
  } else {
    describe.skip(`${name} (skipped: ${reason})`, tests);
  }
}

/**
 * Why a group does not run, if the tests do not run at full size: for groups that test a rule of another test once more, at
 * greater length or along the way of an example.
 */
export const onlyAtFullSize = isFullSize ? undefined : "npm run test:all runs it";

/** The settings of a test's stack. */
interface StackSettings {
  /** The options of local Azure. */
  azure?: LocalAzureOptions;
  /** More environment variables of the processes. */
  environment?: Record<string, string>;
  /** The folder of the project that a program in this process belongs to. Default: this project's. */
  projectFolder?: string;
}

/** A stack on a local Azure. Both end with the test. */
export class TestStack {
  private constructor(
    readonly azure: LocalAzure,
    readonly stack: Stack,
    readonly folder: string,
  ) {}

  /**
   * @param program a program in this process, or the folder of a project; default: this project's program
   */
  static async start(program?: PulumiFn | string, settings: StackSettings = {}): Promise<TestStack> {
    const azure = await startLocalAzure({ generateCredentialsStatus, ...settings.azure });
    onTestFinished(() => azure.close());
    const { stack, folder, remove } = await throwAwayStack(
      await PulumiCommand.get(),
      { ...azure.environment, ...settings.environment },
      typeof program === "string"
        ? { projectFolder: program, realPlugins }
        : { program, projectFolder: settings.projectFolder, realPlugins },
    );
    onTestFinished(remove);
    return new TestStack(azure, stack, folder);
  }

  /** A preview with each changed property. */
  preview(options: { refresh?: boolean } = {}): Promise<EngineOutput> {
    return outputOf((onEvent) => this.stack.preview({ ...options, color: "never", diff: true, onEvent }));
  }

  /** An update. */
  up(options: { refresh?: boolean; replace?: string[] } = {}): Promise<EngineOutput> {
    return outputOf((onEvent) => this.stack.up({ ...options, color: "never", diff: true, onEvent }));
  }

  refresh(): Promise<EngineOutput> {
    return outputOf((onEvent) => this.stack.refresh({ color: "never", onEvent }));
  }

  /** An output of the stack. */
  async output(name: string): Promise<string> {
    const outputs = await this.stack.outputs();
    return outputs[name]?.value;
  }

  /** The passwords in the state, by slot, and the one to use now. */
  async passwords(): Promise<{ password: string; password1: string; password2: string }> {
    const outputs = await this.stack.outputs();
    const value = (name: string): string => outputs[name]?.value;
    return { password: value("password"), password1: value("password1"), password2: value("password2") };
  }

  /** The answer of one of the registries to a login: 200 or 401. */
  login(username: string, password: string, registry = 0): Promise<number> {
    return registryOf(this.azure, registry).login(username, password);
  }

  /** Sets variables of the environment in which Pulumi runs from now on; undefined removes one. */
  setEnvironment(variables: Record<string, string | undefined>): void {
    const { envVars } = this.stack.workspace;
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) {
        delete envVars[name];
      } else {
        envVars[name] = value;
      }
    }
  }

  /** The URN of the one resource of a type. */
  async urn(type: string): Promise<string> {
    const { deployment } = await this.stack.exportStack();
    const resources: { urn: string; type: string }[] = deployment.resources;
    const found = resources.find((resource) => resource.type === type);
    if (found === undefined) {
      throw new Error(`no ${type} among ${resources.map((resource) => resource.type).join(", ")}`);
    }
    return found.urn;
  }

  /** The requests of this provider, not of azure-native, since a number of requests: their api-versions differ. */
  asked(since = 0): string[] {
    return this.azure.requests
      .slice(since)
      .filter(({ url }) => url.includes("api-version=2025-11-01"))
      .map(({ method, url }) => `${method} ${url.replace(/^.*registries\//, "").replace(/\?.*$/, "")}`);
  }
}

/** How a preview shows a password that it does not know yet: newer SDKs say of it that it is a secret, too. */
export const unknownPassword = /password\s*: \[(?:unknown|secret)\]/;

/** What the engine prints and reports of a preview, an update or a refresh. */
export class EngineOutput {
  /** As printed. */
  text = "";
  /**
   * The type and the operation of each resource that does not stay the same: `Token create`. Without an update of the component,
   * which only records its arguments.
   */
  readonly steps: string[] = [];
  /** Whether a RegistryToken has other arguments than in the state. */
  hasNewArguments = false;

  readonly collect = ({ resourcePreEvent }: EngineEvent): void => {
    if (resourcePreEvent === undefined) {
      return;
    }
    const { type, op } = resourcePreEvent.metadata;
    if (type === "acr-token:index:RegistryToken" && op === "update") {
      this.hasNewArguments = true;
      return;
    }
    const isProvider = type.startsWith("pulumi:providers:");
    if (!isProvider && op !== "same" && op !== "refresh") {
      this.steps.push(`${type.split(":").pop()} ${op}`);
    }
  };
}

async function outputOf(
  command: (onEvent: (event: EngineEvent) => void) => Promise<{ stdout: string }>,
): Promise<EngineOutput> {
  const output = new EngineOutput();
  output.text = (await command(output.collect)).stdout;
  return output;
}
