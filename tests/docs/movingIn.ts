import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { TestStack } from "../engine/support";

const page = readFileSync("docs/moving-in.md", "utf8");

/** The blocks of code in a text, of one language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, which, code]) =>
    which === language ? [String(code)] : [],
  );
}

/** The blocks of code in a section of docs/moving-in.md, of one language. */
export function blocksOf(title: string, language: string): string[] {
  return blocks(page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "", language);
}

/** The page's program: a RegistryToken that adopts. */
export const [program = ""] = blocks(page, "ts");

/** The same without `adopt`. */
export const programWithoutAdopt = program.replace(/ {2}adopt: \{[\s\S]*?\n {2}\},\n/, "");

const imports =
  'const pulumi = require("@pulumi/pulumi");\nconst { RegistryToken } = require("pulumi-acr-token");\n';

/** Creates a project in a folder, with this repository's dependencies. */
function fill(folder: string, name: string, text: string): void {
  const settings = {
    name,
    runtime: "nodejs",
    plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  writeFileSync(join(folder, "index.js"), imports + text);
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
}

/** The options of a command. */
interface RunSettings {
  /** Environment variables beside Azure's and Pulumi's. */
  environment?: Record<string, string>;
  /** The answer to a prompt. */
  typed?: string;
}

/** A project with a stack of it, on a local Azure, and a shell in its folder. */
export class Project {
  private constructor(
    private readonly stack: TestStack,
    /** The folder of the commands. */
    readonly folder: string,
    /** The folder of the program. */
    private readonly programFolder: string,
    private readonly stackName: string,
  ) {}

  /** @param text the program; default: the page's */
  static async start(text = program): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), "moving-in-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    fill(folder, "moving-in", text);
    const stack = await TestStack.start(folder, { azure: { retryAfterSeconds: 1 } });
    return new Project(stack, stack.folder, folder, "local");
  }

  /** Another project, with its stack `dev` in the same backend, on the same Azure. */
  async beside(name: string, text: string): Promise<Project> {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    fill(folder, name, text);
    const project = new Project(this.stack, folder, folder, `organization/${name}/dev`);
    await project.run(`pulumi stack init organization/${name}/dev\n`);
    return project;
  }

  /** Replaces the program. */
  program(text: string): void {
    writeFileSync(join(this.programFolder, "index.js"), imports + text);
  }

  /** Runs commands with their confirmations answered, and returns their output. */
  run(commands: string, { environment, typed = "" }: RunSettings = {}): Promise<string> {
    const { envVars, pulumiHome } = this.stack.stack.workspace;
    const shell = spawn("sh", ["-ec", commands], {
      cwd: this.folder,
      env: {
        ...process.env,
        ...envVars,
        ...(pulumiHome && { PULUMI_HOME: pulumiHome }),
        PULUMI_STACK: this.stackName,
        PULUMI_SKIP_CONFIRMATIONS: "true",
        ...environment,
      },
    });
    let text = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    shell.stdin.end(typed);
    return new Promise((done, fail) => {
      shell.once("error", fail);
      shell.once("close", (code) =>
        code === 0 ? done(text) : fail(new Error(`${commands}ended with ${code}: ${text}`)),
      );
    });
  }

  /** Generates a password for a slot, as az does. */
  async generate(slot: string): Promise<string> {
    const resourceManager = await arm(this.azure);
    const { body } = await resourceManager("POST", registryPath(this.azure, "/generateCredentials"), {
      tokenId: this.tokenId,
      name: slot,
    });
    return body.passwords.find(({ name }: { name: string }) => name === slot).value;
  }

  /** The slots that have a password in Azure. */
  async slots(): Promise<string[]> {
    const { body } = await (await arm(this.azure))("GET", this.tokenId);
    return body.properties.credentials.passwords.map(({ name }: { name: string }) => name);
  }

  /** The registry's HTTP status for a login with each password. */
  logins(passwords: readonly string[]): Promise<number[]> {
    return Promise.all(passwords.map((one) => this.stack.login("edge-client", one)));
  }

  /** The writes to Azure since a number of requests. */
  writes(since: number): string[] {
    return this.azure.requests
      .slice(since)
      .filter(({ method, url }) => method !== "GET" && url.includes("/providers/"))
      .map(({ method, url }) => `${method} ${url.replace(/\?.*$/, "")}`);
  }

  get azure() {
    return this.stack.azure;
  }

  get tokenId(): string {
    return registryPath(this.azure, "/tokens/edge-client");
  }
}

/** The one URN of a type among what `pulumi stack --show-urns` printed. */
export function urnIn(text: string, type: string): string {
  const found = [...text.matchAll(/urn:pulumi:\S+/g)].map(String).filter((urn) => urn.includes(`:${type}::`));
  if (found.length !== 1) {
    throw new Error(`${found.length} of ${type} in ${text}`);
  }
  return String(found[0]);
}
