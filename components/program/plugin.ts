import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { pluginFunction } from "../common/pluginFunction";

/** For each engine, whether the plugin is there: asked once a program. */
const asked = new WeakMap<object, Promise<void>>();

/**
 * Resolves where the engine has the plugin of this package. It is asked before anything is created: else the scope map and
 * the token would be there before the engine misses the plugin, which it needs for their passwords.
 *
 * @throws pulumi.RunError that says how to give the engine the plugin; where the engine ends the program instead, the same is
 * logged
 */
export function pluginIsThere(): Promise<void> {
  const monitor = pulumi.runtime.getMonitor();
  // Pulumi's mocks stand in for an engine, and for every plugin.
  if (monitor === undefined || pulumi.runtime.getEngine() === undefined) {
    return Promise.resolve();
  }
  let answer = asked.get(monitor);
  if (answer === undefined) {
    answer = ask();
    asked.set(monitor, answer);
  }
  return answer;
}

async function ask(): Promise<void> {
  // An engine that cannot find a plugin ends everything, this program too, and says no more than that it is not there.
  const isEnded = async () => {
    await pulumi.log.error(howToGiveThePlugin());
    process.exit(1);
  };
  process.once("SIGINT", isEnded);
  try {
    await pulumi.runtime.invoke(pluginFunction, {});
  } catch (error) {
    throw new pulumi.RunError(`${howToGiveThePlugin()}\n\n(${(error as Error).message})`);
  } finally {
    process.off("SIGINT", isEnded);
  }
}

function howToGiveThePlugin(): string {
  const folder = packageFolder();
  return `The plugin acr-token, which makes the passwords of a RegistryToken, did not answer; nothing has been created. It comes with the package pulumi-acr-token. Where Pulumi does not find it, add to Pulumi.yaml

plugins:
  providers:
    - name: acr-token
      path: ${folder}

or install it from a release, for every project on this machine: "pulumi plugin install resource acr-token VERSION --file ARCHIVE".`;
}

/** Where the package is, from the project's folder. */
function packageFolder(): string {
  const project = pulumi.getRootDirectory();
  const installed = join("node_modules", "pulumi-acr-token");
  // Some package managers link this folder to one whose name changes with every version.
  const path = existsSync(join(project, installed))
    ? installed
    : relative(project, dirname(require.resolve("pulumi-acr-token/package.json")));
  const folder = path.replaceAll("\\", "/");
  return folder.startsWith("..") ? folder : `./${folder}`;
}
