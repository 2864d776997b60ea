/**
 * Runs the tests with the newest Node that npm has, and with the newest dependencies that the ranges in package.json and the peer
 * ranges of the dependencies allow, as an installation of the package gets them today. It prints which newer versions they leave
 * out. It works in a temporary folder: the project, its lock file and its node_modules stay as they are.
 *
 *     npm run test:newest -- [--node VERSION] [--with PACKAGE@VERSION]... [file]...
 *
 * --node   another Node, such as 24 or 22.12.0 (default: latest)
 * --with   a dependency in a version outside of its range, such as typescript@latest; may be repeated
 * file     test files or folders, such as tests/component (default: all)
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { newerVersions, versionLines } from "./newestVersions.mjs";

const project = resolve(import.meta.dirname, "../..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: "string", default: "latest" },
    with: { type: "string", multiple: true, default: [] },
  },
});

const npm = process.env.npm_execpath;
if (npm === undefined) {
  throw new Error("start it with npm: npm run test:newest");
}

const quiet = ["--no-audit", "--no-fund", "--loglevel", "error"];

// Ctrl-C ends the running command, and then this script.
process.on("SIGINT", () => {});

const folder = mkdtempSync(join(tmpdir(), "newest-"));
process.exitCode = await testIn(folder);
if (process.exitCode === 0) {
  rmSync(folder, { recursive: true });
} else {
  console.log(`\nThe copy stays in ${folder}.`);
}

/** @returns {Promise<number>} the exit code */
async function testIn(folder) {
  const copy = join(folder, "project");
  copyProject(copy);
  const nodeCode = await run(process.execPath, [npm, "install", ...quiet, ...nodePackage()], folder);
  if (nodeCode !== 0) {
    return nodeCode;
  }
  const node = newNode(folder);
  const steps = [
    [npm, "install", ...quiet],
    ...(values.with.length > 0 ? [[npm, "install", ...quiet, "--save-exact", ...values.with]] : []),
    ["-p", "'Node ' + process.version"],
  ];
  for (const step of steps) {
    const code = await run(node, step, copy);
    if (code !== 0) {
      return code;
    }
  }
  console.log(`${versions(node, copy).join("\n")}\n`);
  return run(node, [npm, "test", "--", ...positionals], copy);
}

/** Copies all that is neither built nor installed, without the lock file of the project, into a git repository of its own. */
function copyProject(copy) {
  const left = ["node_modules", "bin", ".git", ".pulumi-cache"];
  const filter = (path) =>
    !left.includes(basename(path)) &&
    !path.endsWith(".tsbuildinfo") &&
    path !== join(project, "package-lock.json");
  cpSync(project, copy, { recursive: true, filter });
  // Tests ask git for the files of the project.
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
  ]) {
    spawnSync("git", args, { cwd: copy, stdio: "inherit" });
  }
}

/** Node's official builds, each a package of its own. The prefix keeps npm from a project further up. */
function nodePackage() {
  return ["--prefix", ".", `${nodeName()}@${values.node}`];
}

function nodeName() {
  const system = process.platform === "win32" ? "win" : process.platform;
  return `node-${system}-${process.arch}`;
}

function newNode(folder) {
  const places = [join("bin", "node"), join("bin", "node.exe")];
  const found = places.map((place) => join(folder, "node_modules", nodeName(), place)).find(existsSync);
  if (found === undefined) {
    throw new Error(`the package ${nodeName()} has no node in it`);
  }
  return found;
}

/** The installed versions, compared with the lock file and the newest versions. */
function versions(node, copy) {
  // It ends with 1 if it lists something.
  const { stdout } = spawnSync(node, [npm, "outdated", "--json"], { cwd: copy, encoding: "utf8" });
  const packages = (folder) => json(folder, "package-lock.json").packages;
  return versionLines(packages(project), packages(copy), newerVersions(stdout));
}

function json(...path) {
  return JSON.parse(readFileSync(join(...path), "utf8"));
}

/** Resolves with the exit code. What it starts finds its node first. */
function run(node, args, cwd) {
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, stdio: "inherit", env: { ...process.env, PATH } });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 130));
  });
}
