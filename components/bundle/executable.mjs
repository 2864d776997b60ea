import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, entries } from "./bundle.mjs";

/**
 * Bundles the files of a single executable: one for each of the plugin's threads, because a file in an executable cannot load
 * another one.
 *
 * @param {string} folder the folder for index.js and construct.js
 */
export async function bundleForExecutable(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, entry] of Object.entries(entries)) {
    const [file] = await bundle({ [name]: entry }, { codeSplitting: false });
    writeFileSync(join(resolve(folder), file.fileName), file.code);
  }
}
