/** The same calls to the stand-in for azure-native and to the real plugin, if it is on PATH. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient, pluginsFolder, standIn } from "local-azure/pulumi";
import { describe } from "vitest";

/** The real plugin; undefined if it is not on PATH. */
const real = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => folder !== pluginsFolder)
  .map((folder) => join(folder, "pulumi-resource-azure-native"))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** The plugin and the local Azure on which a script of calls runs. */
export interface Target {
  readonly plugin: PluginClient;
  readonly azure: LocalAzure;
}

/** The results of a script of calls on the real plugin and on the stand-in, each with its own local Azure. */
export async function runOnBoth(
  script: (target: Target) => Promise<unknown[]>,
): Promise<{ real: unknown; standIn: unknown }> {
  const run = async (source: { executable: string; args?: string[] }) => {
    const azure = await startLocalAzure();
    const env = { ...azure.environment, AZURE_NATIVE_STAND_IN_PACE: "0.001" };
    const plugin = await PluginClient.start(source, { env });
    try {
      await plugin.configure();
      return normalized(await script({ plugin, azure }));
    } finally {
      await plugin.close();
      await azure.close();
    }
  };
  const standInSource = standIn("azure-native") as { executable: string };
  return { real: await run({ executable: real ?? "" }), standIn: await run(standInSource) };
}

/** Removes values that differ between runs, and the copy of the inputs in the real plugin's outputs. */
function normalized(results: unknown): unknown {
  const text = JSON.stringify(results, (name, value) => {
    if (name === "__inputs" || (name === "plugin" && typeof value === "object")) {
      return undefined;
    }
    return /^(creationDate|creationTime|createdAt|lastModifiedAt|created|updated)$/.test(name)
      ? "a time"
      : value;
  });
  const named = text
    .replaceAll(/127\.0\.0\.1:\d+/g, "a host")
    .replaceAll(/(?<=\/)[0-9a-f]{32}\b/g, "a version");
  return JSON.parse(named);
}

/** A group of tests with the real plugin, skipped with the reason if it is not on PATH. */
export function describeBesideReal(name: string, tests: () => void): void {
  const title = `beside ${name}`;
  describe.skipIf(!real)(real ? title : `${title} (skipped: no real plugin on the PATH)`, tests);
}

/** Whether the real plugin has a type: some builds have only container registries. */
export async function realPluginHas(urn: string): Promise<boolean> {
  const plugin = await PluginClient.start({ executable: real ?? "" });
  try {
    await plugin.check(urn, {}, {});
    return true;
  } catch (error) {
    if (/not found/.test((error as Error).message)) {
      return false;
    }
    throw error;
  } finally {
    await plugin.close();
  }
}
