import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { installStandIns } from "local-azure/pulumi";
import { onTestFinished } from "vitest";
import { registryOf } from "../../packages/local-azure/tests/support";

const run = promisify(execFile);

/** A project outside of this repository, in a folder of its own, with a Pulumi home of its own. */
export class Outside {
  private constructor(
    readonly azure: LocalAzure,
    /** The folder of everything: goes with the test. */
    readonly folder: string,
    private readonly environment: Record<string, string | undefined>,
  ) {}

  /** @param files the project's, by their paths in it */
  static async start(files: Record<string, string>): Promise<Outside> {
    const azure = await startLocalAzure();
    onTestFinished(() => azure.close());
    const folder = mkdtempSync(join(tmpdir(), "outside-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { NODE_PATH, NODE_OPTIONS, ...environment } = process.env;
    const outside = new Outside(azure, folder, {
      ...environment,
      ...azure.environment,
      HOME: join(folder, "user"),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "only for a throw-away stack",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      // Nothing is downloaded: a missing file is an error.
      npm_config_offline: "true",
    });
    installStandIns(outside.home);
    mkdirSync(join(folder, "user"));
    outside.write({ ...inTheWay, ...files });
    await outside.pulumi("stack", "init", "local");
    return outside;
  }

  /** The folder of the project. */
  get project(): string {
    return join(this.folder, "project");
  }

  /** PULUMI_HOME. */
  get home(): string {
    return join(this.folder, "home");
  }

  write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.project, name)), { recursive: true });
      writeFileSync(join(this.project, name), content);
    }
  }

  /** Sets environment variables of later commands. Undefined removes a variable. */
  setEnvironment(variables: Record<string, string | undefined>): void {
    Object.assign(this.environment, variables);
  }

  /**
   * Runs a command in the project's folder.
   *
   * @returns what it printed
   * @throws Error with all that it printed
   */
  async run(command: string, ...args: string[]): Promise<string> {
    try {
      const { stdout, stderr } = await run(command, args, {
        cwd: this.project,
        env: this.environment,
        maxBuffer: 1 << 26,
      });
      return stdout + stderr;
    } catch (error) {
      const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
      throw new Error(`${[command, ...args].join(" ")}: ${stdout}${stderr}${stdout + stderr ? "" : message}`);
    }
  }

  pulumi(...args: string[]): Promise<string> {
    return this.run("pulumi", ...args, "--color", "never", "--non-interactive");
  }

  /** Runs `pulumi up`, logs in with the exported password, and expects no change in the next `pulumi up`. */
  async upAndLogIn(): Promise<void> {
    await this.pulumi("up", "--yes", "--stack", "local", "--skip-preview");
    const outputs = JSON.parse(await this.pulumi("stack", "output", "--json", "--show-secrets"));
    const status = await registryOf(this.azure).login(outputs.username, outputs.password);
    if (status !== 200) {
      throw new Error(`the registry answers ${status} to a login with the exported password`);
    }
    await this.pulumi("up", "--yes", "--stack", "local", "--skip-preview", "--expect-no-changes");
  }

  /** The bytes in PULUMI_HOME, without the stand-ins of other plugins. */
  pluginBytes(): number {
    return readdirSync(this.home, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && !/plugins[\\/]resource-(azure-native|random)-/.test(entry.parentPath),
      )
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  }

  /** The folders of the plugins in PULUMI_HOME, but for the stand-ins. */
  plugins(): string[] {
    return readdirSync(join(this.home, "plugins"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^resource-(azure-native|random)-/.test(entry.name))
      .map(({ name }) => name);
  }
}

/** Files in a program's folder that the plugin must ignore: newer settings than Pulumi's compiler knows. */
const inTheWay = {
  "tsconfig.json": JSON.stringify({
    extends: "./not-there.json",
    compilerOptions: {
      module: "preserve",
      moduleResolution: "bundler",
      target: "es2024",
      erasableSyntaxOnly: true,
    },
  }),
  "package.json": JSON.stringify({ private: true, type: "module" }),
};

/** A program in YAML with one RegistryToken. */
export function yamlProject({
  plugins,
  options,
}: {
  plugins?: object;
  options?: object;
} = {}): Record<string, string> {
  return {
    "Pulumi.yaml": JSON.stringify({
      name: "outside",
      runtime: "yaml",
      plugins,
      resources: {
        token: {
          type: "acr-token:RegistryToken",
          properties: {
            resourceGroupName: "myresourcegroup",
            registryName: "myregistry",
            tokenName: "outside",
            repositories: { "azureiotedge-agent": ["content/read"] },
          },
          options,
        },
      },
      outputs: { username: "$" + "{token.username}", password: "$" + "{token.password}" },
    }),
  };
}

/** What the plugin may take in PULUMI_HOME, in bytes. */
export const most = 20_000_000;

/** The version of the package. */
export const version: string = JSON.parse(readFileSync("components/package.json", "utf8")).version;
