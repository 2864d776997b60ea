/** Where the stand-ins are, and how Pulumi finds them. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { version as azureNativeVersion } from "@pulumi/azure-native/package.json";
import { version as randomVersion } from "@pulumi/random/package.json";
import type { PluginSource } from "./pluginProcess.js";

/** The providers that there are stand-ins for, and the versions that the installed SDKs ask for. */
const versions = { "azure-native": azureNativeVersion, random: randomVersion };

export type StandInName = keyof typeof versions;

const standInNames: StandInName[] = ["azure-native", "random"];

/**
 * The folder of the stand-in plugins, absolute. On the PATH of a `pulumi` command, Pulumi takes them instead of
 * the real plugins `azure-native` and `random`, and warns some times a run that it does.
 */
export const pluginsFolder = join(
  dirname(createRequire(__filename).resolve("local-azure/package.json")),
  "pulumi",
  "plugins",
);

/** A stand-in to start without Pulumi: `PluginClient.start(standIn("azure-native"))`. Works on any system. */
export function standIn(name: StandInName): PluginSource {
  return { executable: process.execPath, args: [launcher(name)] };
}

/**
 * Installs the stand-ins as Pulumi installs plugins, so that it takes them without a warning. A caller of this
 * owes the user a word that these are no real plugins.
 *
 * @param pulumiHome a PULUMI_HOME of its own, made if need be
 * @param names which of them; default: all
 * @throws Error for the user's own home, where they would take the place of the real plugins
 */
export function installStandIns(pulumiHome: string, names: StandInName[] = standInNames): void {
  if (resolve(pulumiHome) === join(homedir(), ".pulumi")) {
    throw new Error(
      `'${pulumiHome}' is where your real plugins are. Stand-ins need a PULUMI_HOME of their own: choose another folder.`,
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
