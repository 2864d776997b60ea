/** Where the stand-ins are. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { PluginSource } from "./pluginProcess.js";

/**
 * The folder of the stand-in plugins, absolute. On the PATH of a `pulumi` command, Pulumi takes them instead of
 * the real plugins `azure-native` and `random`, and warns that it does.
 */
export const pluginsFolder = join(
  dirname(createRequire(__filename).resolve("local-azure/package.json")),
  "pulumi",
  "plugins",
);

/** A stand-in to start without Pulumi: `PluginClient.start(standIn("azure-native"))`. Works on any system. */
export function standIn(name: "azure-native" | "random"): PluginSource {
  return { executable: process.execPath, args: [join(pluginsFolder, `pulumi-resource-${name}`)] };
}
