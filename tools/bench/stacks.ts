import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import type { LocalAzure } from "local-azure";
import { repository } from "#start/repository";
import { throwAwayStack } from "#start/throwAwayStack";

/** The program of a stack. */
export interface Program {
  /** The number of tokens. */
  readonly tokens: number;
  /** Whether the program has only azure-native's and random's resources, in a component as a user would write it. */
  readonly bare?: boolean;
  /** The prefix of the tokens' names. Default: client, or bare. */
  readonly prefix?: string;
}

/** A stack of a program that a real Pulumi CLI runs, on a local Azure. */
export interface Deployed {
  /** @returns the seconds that `pulumi up` took */
  up(options?: { parallel?: number }): Promise<number>;
  /** @returns the seconds that `pulumi preview` took */
  preview(): Promise<number>;
  refresh(): Promise<number>;
  /** Rotates all passwords, by a changed trigger. */
  rotate(): Promise<void>;
  remove(): Promise<void>;
}

export async function deploy(azure: LocalAzure, program: Program): Promise<Deployed> {
  const folder = await project(program);
  // Pulumi writes the whole state file after each step: with 500 tokens that takes minutes.
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

/** A component of the same name, which generates no passwords. */
const bareComponent = `
const pulumi = require("@pulumi/pulumi");
const { ScopeMap, Token } = require("@pulumi/azure-native/containerregistry");
const { RandomUuid } = require("@pulumi/random");

class RegistryToken extends pulumi.ComponentResource {
  constructor(name, { resourceGroupName, registryName, repositories, rotationTriggers }) {
    super("bench:index:RegistryToken", name, { resourceGroupName, registryName, repositories, rotationTriggers });
    const registry = { resourceGroupName, registryName };
    const actions = Object.entries(repositories).flatMap(([repository, list]) =>
      list.map((action) => "repositories/" + repository + "/" + action),
    );
    const scopeMap = new ScopeMap(name + "-scope-map", { ...registry, actions }, { parent: this });
    const token = new Token(name, { ...registry, scopeMapId: scopeMap.id, status: "enabled" }, { parent: this });
    const generation = new RandomUuid(name + "-generation", { keepers: rotationTriggers }, { parent: this });
    this.registerOutputs({ tokenId: token.id, scopeMapId: scopeMap.id, generation: generation.result });
  }
}
`;

/** A project as a user has it: a program in JavaScript with the package in its node_modules. */
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
    `${bare ? bareComponent : 'const { RegistryToken } = require("pulumi-acr-token");'}
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
