import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import type { LocalAzure } from "local-azure";
import { repository } from "#start/repository";
import { throwAwayStack } from "#start/throwAwayStack";

/** What a program is to be. */
export interface Program {
  /** How many tokens it has. */
  readonly tokens: number;
  /** Without TokenAccess and TokenCredentials: the same component, which then hands out texts. */
  readonly bare?: boolean;
  /** What the tokens' names begin with. Default: client, or bare. */
  readonly prefix?: string;
}

/** A stack of a program that a real Pulumi CLI runs, on a local Azure. */
export interface Deployed {
  /** How long `pulumi up` took, in seconds. */
  up(options?: { parallel?: number }): Promise<number>;
  /** How long `pulumi preview` took, in seconds. */
  preview(): Promise<number>;
  refresh(): Promise<number>;
  /** Rotates all passwords, by another trigger. */
  rotate(): Promise<void>;
  remove(): Promise<void>;
}

export async function deploy(azure: LocalAzure, program: Program): Promise<Deployed> {
  const folder = await project(program);
  // A state in a file is written whole after each step, which takes longer the more there is in it: 500 tokens take minutes.
  const environment = { ...azure.environment, PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
  const { stack, remove } = await throwAwayStack(await PulumiCommand.get(), environment, {
    projectFolder: folder,
  });
  return {
    up: ({ parallel } = {}) => seconds(() => stack.up({ parallel })),
    preview: () => seconds(() => stack.preview()),
    refresh: () => seconds(() => stack.refresh()),
    rotate: () => rotate(stack),
    remove: async () => {
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function rotate(stack: Stack): Promise<void> {
  stack.workspace.envVars.ROTATION = "second";
  await stack.up();
}

/** A project like one of a user: a program in JavaScript, and the package among its modules. */
async function project({
  tokens,
  bare = false,
  prefix = bare ? "bare" : "client",
}: Program): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const settings = {
    name: "bench",
    runtime: "nodejs",
    plugins: { providers: [{ name: "acr-token", path: join(repository, "components") }] },
  };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "bench", main: "index.js" }));
  await writeFile(
    join(folder, "index.js"),
    `${bare ? `require(${JSON.stringify(join(__dirname, "withoutOurs.js"))});\n` : ""}const { RegistryToken } = require("pulumi-acr-token");
for (let index = 0; index < ${tokens}; index++) {
  new RegistryToken("${prefix}-" + index, {
    resourceGroupName: "myresourcegroup",
    registryName: "myregistry",
    repositories: { "samples/nginx": ["content/read"] },
    rotationTriggers: { of: process.env.ROTATION ?? "first" },
  });
}
`,
  );
  return folder;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
