import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { AzureAccessArgs } from "../args/azureAccess";
import { pluginFunction } from "../args/pluginFunction";
import { isMocked } from "./isMocked";
import { knownValue } from "./knownValue";

/** For each engine and explicit provider, whether the plugin answers: asked once a program. */
const checks = new WeakMap<object, Promise<void>>();

/**
 * Resolves if the engine has the plugin of this package, and the plugin knows what the program says of the component. The plugin is asked
 * before anything is created: else the engine would create the scope map and the token before it misses the plugin, which it needs for
 * their passwords.
 *
 * @param component whose provider is asked
 * @param azure the identity of the component
 * @param adopts whether the component adopts a token
 * @throws pulumi.RunError that says how to give the engine the plugin; if the engine ends the program first, the program
 * logs the same text
 */
export async function requirePlugin(
  component: pulumi.ComponentResource,
  azure: pulumi.Input<AzureAccessArgs> | undefined,
  adopts: boolean,
): Promise<void> {
  if (isMocked()) {
    return;
  }
  const provider = component.getProvider(pluginFunction);
  const key = provider ?? (pulumi.runtime.getMonitor() as object);
  let check = checks.get(key);
  if (check === undefined) {
    check = ask(provider);
    checks.set(key, check);
  }
  await check;
  if (azure === undefined && !adopts) {
    // As in most programs: a call for each component would take time in every unchanged run.
    return;
  }
  const identity = await knownValue(azure);
  if (identity !== undefined) {
    await pulumi.runtime.invoke(
      pluginFunction,
      { component: component.urn, azure: identity.value, adopts },
      { provider },
    );
  }
}

async function ask(provider: pulumi.ProviderResource | undefined): Promise<void> {
  // An engine that cannot find a plugin interrupts the program, and reports only that there is no plugin.
  const onInterrupt = async () => {
    await pulumi.log.error(howToGiveThePlugin());
    process.exit(1);
  };
  process.once("SIGINT", onInterrupt);
  try {
    await pulumi.runtime.invoke(pluginFunction, {}, { provider });
  } catch (error) {
    // The listener stays: the interrupt can come before Pulumi has printed this error.
    throw new pulumi.RunError(`${(error as Error).message}\n\n${howToGiveThePlugin()}`);
  }
  process.off("SIGINT", onInterrupt);
}

function howToGiveThePlugin(): string {
  return `The plugin acr-token, which generates the passwords of a RegistryToken, did not answer; nothing has been created. The package pulumi-acr-token contains the plugin. If Pulumi does not find it, add to Pulumi.yaml

plugins:
  providers:
    - name: acr-token
      path: ${packageFolder()}

or install it from a release, for every project on this machine: "pulumi plugin install resource acr-token VERSION --file ARCHIVE". If default providers are disabled, give the RegistryToken a Provider of pulumi-acr-token in its providers.`;
}

/** The package's folder, relative to the project's. */
function packageFolder(): string {
  const project = pulumi.getRootDirectory();
  const folder = relative(project, installedFolder(project)).replaceAll("\\", "/");
  return folder.startsWith("..") ? folder : `./${folder}`;
}

/** The nearest node_modules with the package: pnpm links it to a folder whose name changes with every version. */
function installedFolder(project: string): string {
  const installed = join("node_modules", "pulumi-acr-token");
  const found = [project, ...foldersAbove(process.cwd())].find((folder) =>
    existsSync(join(folder, installed)),
  );
  return found === undefined
    ? dirname(require.resolve("pulumi-acr-token/package.json"))
    : join(found, installed);
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}
