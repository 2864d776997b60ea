/** Examples as a user has them: in a folder outside of this workspace, with their dependencies installed. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { installStandIns } from "local-azure/pulumi";
import { onTestFinished } from "vitest";
import { npmPackage } from "../../tools/release/npmPackage";
// @ts-expect-error It has no types.
import { install } from "./npmStandIn.mjs";

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let tarball: string | undefined;

/** The package as a tarball, of what the last build made. It is packed once in a process. */
export function packedPackage(): string {
  if (tarball === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "package-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    tarball = join(folder, npmPackage(resolve("."), folder));
  }
  return tarball;
}

/** Copies an example, by its path in the folder examples, without installed and built files. */
export function copyExample(example: string, folder: string): void {
  const source = resolve("examples", example);
  cpSync(source, folder, {
    recursive: true,
    filter: (path) =>
      !/[\\/](node_modules|bin|sdks|\.venv|Pulumi\.[^\\/]+\.yaml|[^\\/]+\.tgz)$/.test(
        path.slice(source.length),
      ),
  });
}

/** Copies an example and installs its dependencies: the packed package, and this workspace's other packages. */
export function installExample(example: string, folder: string): void {
  copyExample(example, folder);
  install(folder, packedPackage());
}

/** Variables that keep Pulumi's files inside of a folder, and make it take the stand-ins for other plugins. */
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
    // A real plugin on PATH would replace its stand-in.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}
