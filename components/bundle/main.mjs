import { makePluginFolder } from "./pluginFolder.mjs";

await makePluginFolder("bin/plugin");
