import { makeGitFolder, makePluginFolder } from "./pluginFolder.mjs";

await (process.argv.includes("--keep") ? makeGitFolder("plugin") : makePluginFolder("bin/plugin"));
