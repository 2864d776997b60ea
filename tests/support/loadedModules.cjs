// Loaded into a process before anything else (NODE_OPTIONS=--require): writes the name of every module that is asked for
// into a file, one a line, whether it is required or imported.
const { appendFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

const file = process.env.LOADED_MODULES_FILE;
const load = Module._load;

Module._load = function (request, ...rest) {
  appendFileSync(file, `${request}\n`);
  return load.call(this, request, ...rest);
};
Module.register(pathToFileURL(join(__dirname, "loadedModulesHook.mjs")), { data: { file } });
