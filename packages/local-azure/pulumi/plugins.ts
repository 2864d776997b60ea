/** The stand-ins for Pulumi's plugins: their folder, and their installation. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { version as azureNativeVersion } from "@pulumi/azure-native/package.json";
import { version as randomVersion } from "@pulumi/random/package.json";
import type { PluginSource } from "./pluginProcess.js";

/** The providers with a stand-in, and the versions that the installed SDKs require. */
const versions = { "azure-native": azureNativeVersion, random: randomVersion };

export type StandInName = keyof typeof versions;

const standInNames: StandInName[] = ["azure-native", "random"];

/**
 * The absolute path of the folder of the stand-ins. If it is on the PATH of a `pulumi` command, Pulumi uses them instead
 * of the real plugins `azure-native` and `random`, with a few warnings a run.
 */
export const pluginsFolder = join(
  dirname(createRequire(__filename).resolve("local-azure/package.json")),
  "pulumi",
  "plugins",
);

/** A stand-in to start without Pulumi, on any system: `PluginClient.start(standIn("azure-native"))`. */
export function standIn(name: StandInName): PluginSource {
  return { executable: process.execPath, args: [launcher(name)] };
}

/**
 * Installs the stand-ins as Pulumi installs plugins, so that Pulumi uses them without a warning. The caller must tell the
 * user that they are not the real plugins.
 *
 * @param pulumiHome a separate PULUMI_HOME, created if needed
 * @param names the stand-ins to install; default: all
 * @throws Error for the user's own PULUMI_HOME, in which they would replace the real plugins
 */
export function installStandIns(pulumiHome: string, names: StandInName[] = standInNames): void {
  if (resolve(pulumiHome) === join(homedir(), ".pulumi")) {
    throw new Error(
      `'${pulumiHome}' has your real plugins. Stand-ins need a separate PULUMI_HOME: choose another folder.`,
    );
  }
  for (const name of names) {
    const folder = join(pulumiHome, "plugins", `resource-${name}-v${versions[name]}`);
    const file = join(folder, `pulumi-resource-${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `#!/usr/bin/env node\nrequire(${JSON.stringify(launcher(name))});\n`);
    chmodSync(file, 0o755);
    writeFileSync(`${file}.cmd`, `@node "%~dp0pulumi-resource-${name}" %*\r\n`);
  }
}

function launcher(name: string): string {
  return join(pluginsFolder, `pulumi-resource-${name}`);
}
