/**
 * The commands of a page, as they stand there, in order, in one shell. npm, and the programs for clusters and clouds, are stand-ins; Pulumi
 * is real, on a local Azure.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { expect, onTestFinished } from "vitest";
import { run } from "./command";
import { copyExample, packedPackage, pulumiEnvironment, temporaryFolder } from "./outside";

/** The shell commands of a page, without the indentation that a list gives them. */
export function commandsIn(text: string): string {
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```/gm)];
  return blocks
    .map(([, indent, code]) => String(code).replaceAll(new RegExp(`^${indent}`, "gm"), ""))
    .join("");
}

/** Programs that a page calls and that a test does not run: each appends its arguments to a file, and succeeds. */
const outsiders = ["az", "docker", "git", "kubectl"];

function write(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** How commands run. */
interface Settings {
  /** Where they begin. Default: in the example's folder. */
  readonly startsIn?: "example" | "repository";
  readonly environment?: NodeJS.ProcessEnv;
  /** Files of the example to replace, by their names. */
  readonly files?: Record<string, string>;
}

/** What commands did. */
interface Ran {
  readonly azure: LocalAzure;
  readonly out: string;
  /** The calls of the stand-ins, a line each. */
  readonly calls: string;
}

/** Runs commands in a folder that looks like this repository, with a copy of an example. */
export async function runCommands(
  commands: string,
  example: string,
  { startsIn = "example", environment = {}, files = {} }: Settings = {},
): Promise<Ran> {
  const azure = await startLocalAzure();
  onTestFinished(() => azure.close());
  const root = temporaryFolder();
  const folder = join(root, "examples", example);
  mkdirSync(folder, { recursive: true });
  copyExample(example, folder);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  symlinkSync(resolve("components"), join(root, "components"), "junction");
  const bin = join(root, "bin");
  mkdirSync(bin);
  for (const name of outsiders) {
    write(join(bin, name), `#!/bin/sh\n[ -t 0 ] || cat >/dev/null\necho "${name} $*" >> "${root}/calls"\n`);
  }
  write(
    join(bin, "npm"),
    `#!/bin/sh\nexec "${process.execPath}" "${resolve("tests/examples/npmStandIn.mjs")}" "$@"\n`,
  );
  const npm = spawnSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).stdout.trim();
  const start = startsIn === "example" ? folder : root;
  const { code, out, err } = await run(["bash", "-eo", "pipefail", "-c", commands], start, {
    ...process.env,
    ...azure.environment,
    ...pulumiEnvironment(temporaryFolder()),
    // `npm run typecheck` and the other tests of examples check the types, which takes as long as everything else.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // A terminal would ask.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    STAND_IN_ROOT: root,
    STAND_IN_NPM: npm,
    STAND_IN_TARBALL: packedPackage(),
    ...environment,
    PATH: [bin, process.env.PATH].join(delimiter),
  });
  expect(code, `${commands}\n${out}${err}`).toBe(0);
  const calls = existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8") : "";
  return { azure, out, calls };
}
