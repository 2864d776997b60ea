import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, entries } from "./bundle.mjs";

/**
 * Bundles what goes into a single executable: one file for each of the plugin's threads, because what is in an executable
 * cannot load other files of it.
 *
 * @param {string} folder where index.js and construct.js go
 */
export async function bundleForExecutable(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, entry] of Object.entries(entries)) {
    const [file] = await bundle({ [name]: entry }, { codeSplitting: false });
    writeFileSync(join(resolve(folder), file.fileName), file.code);
  }
}
