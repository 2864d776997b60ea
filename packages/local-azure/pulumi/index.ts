/** A client for Pulumi plugins without Pulumi's engine, and stand-ins for azure-native and random. */
export type { LogMessage } from "./engine.js";
export { PluginClient } from "./pluginClient.js";
export { type PartialState, PluginError } from "./pluginError.js";
export type { PluginSettings, PluginSource } from "./pluginProcess.js";
export type { Diff, PropertyChange } from "./pluginResponses.js";
export { installStandIns, pluginsFolder, type StandInName, standIn } from "./plugins.js";
