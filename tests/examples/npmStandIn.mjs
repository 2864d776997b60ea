/**
 * npm without a network, for the commands of the examples' READMEs. `npm ci` and `npm pack` in the repository use what is built;
 * `npm install` in an example links the packages of this repository. Like npm today it has no pulumi-acr-token but a tarball's.
 * Everything else goes to npm itself.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..", "..");
const { STAND_IN_TARBALL: tarball, STAND_IN_ROOT: root, STAND_IN_NPM: npm } = process.env;

/**
 * Installs the dependencies of a package.json into node_modules of a folder.
 *
 * @param given the tarball of pulumi-acr-token
 */
export function install(folder, given, manifestFolder = folder, kinds = ["dependencies", "devDependencies"]) {
  const manifest = JSON.parse(readFileSync(join(manifestFolder, "package.json"), "utf8"));
  for (const name of kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))) {
    const target = join(folder, "node_modules", name);
    if (existsSync(target)) {
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if (name === "pulumi-acr-token") {
      if (given === undefined) {
        throw new Error(`404 Not Found - ${name}: it is not on npm`);
      }
      mkdirSync(target);
      execFileSync("tar", ["-xzf", given, "-C", target, "--strip-components", "1"]);
      install(folder, given, target, ["dependencies"]);
    } else {
      symlinkSync(join(repository, "node_modules", name), target, "junction");
    }
  }
  const commands = join(folder, "node_modules", ".bin");
  if (!existsSync(commands)) {
    symlinkSync(join(repository, "node_modules", ".bin"), commands, "junction");
  }
}

function main([command, ...args]) {
  const isInRoot = process.cwd() === root;
  if (command === "ci" && isInRoot) {
    return;
  }
  if (command === "pack" && isInRoot && args[0] === "--workspace" && args[2] === "--pack-destination") {
    copyFileSync(tarball, join(args[3], basename(tarball)));
  } else if (command === "install") {
    install(process.cwd(), args[0]);
  } else if (command === "run") {
    process.exitCode = spawnSync(npm, [command, ...args], { stdio: "inherit" }).status ?? 1;
  } else {
    throw new Error(`no stand-in for npm ${[command, ...args].join(" ")} in ${process.cwd()}`);
  }
}

if (process.argv[1] === import.meta.filename) {
  main(process.argv.slice(2));
}
