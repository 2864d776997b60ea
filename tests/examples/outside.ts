/** Examples as a user has them: a folder of their own outside of this workspace, with what they depend on installed. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { installStandIns } from "local-azure/pulumi";
import { onTestFinished } from "vitest";

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Copies an example into a folder and installs what its package.json names: of this project the package as npm packs it,
 * the rest as this workspace has it, for a test downloads nothing.
 *
 * @param example its path in the folder examples
 */
export function installExample(example: string, folder: string): void {
  const source = resolve("examples", example);
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|bin|Pulumi\.[^\\/]+\.yaml)$/.test(path.slice(source.length)),
  });
  install(folder, folder);
}

/** Installs into a folder what a package names. */
function install(packageFolder: string, folder: string, kinds = ["dependencies", "devDependencies"]): void {
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  for (const name of kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))) {
    const installed = join(folder, "node_modules", name);
    if (existsSync(installed)) {
      continue;
    }
    mkdirSync(dirname(installed), { recursive: true });
    if (name === "pulumi-acr-token") {
      unpackPackage(installed);
      install(installed, folder, ["dependencies"]);
    } else {
      symlinkSync(resolve("node_modules", name), installed, "junction");
    }
  }
}

/** The package as a tarball of it is installed. What `npm test` has built is what is packed. */
function unpackPackage(installed: string): void {
  const folder = temporaryFolder();
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", npm, { cwd: resolve("components"), encoding: "utf8", shell: true });
  mkdirSync(installed);
  execFileSync("tar", ["-xzf", join(folder, tarball.trim()), "-C", installed, "--strip-components", "1"]);
}

/** What Pulumi needs in its environment so that nothing of it is kept outside of a folder, and stand-ins are taken. */
export function pulumiEnvironment(folder: string): Record<string, string> {
  const home = join(folder, "home");
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  installStandIns(home);
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "only for a throw-away stack",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A real plugin on PATH would take the place of its stand-in.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}
