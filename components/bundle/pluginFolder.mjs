import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, entries } from "./bundle.mjs";
import { bundledPackages, notices } from "./notices.mjs";

const components = join(import.meta.dirname, "..");

/**
 * Makes a folder that is the whole plugin: it needs Node and nothing else. The same sources make the same bytes.
 *
 * @param {string} folder from components/; what is in it goes
 */
export async function makePluginFolder(folder) {
  const output = await bundle(entries);
  const target = resolve(components, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of output) {
    writeFileSync(join(target, file.fileName), file.type === "chunk" ? file.code : file.source);
  }
  writeFileSync(join(target, "THIRD-PARTY-NOTICES.txt"), notices(bundledPackages(output)));
  writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  cpSync(join(import.meta.dirname, "folder"), target, { recursive: true });
}

/** It also says that the files are for require, whatever a package.json above says. */
function manifest() {
  const { version, license, engines } = JSON.parse(readFileSync(join(components, "package.json"), "utf8"));
  return {
    name: "pulumi-acr-token-plugin",
    version,
    private: true,
    license,
    type: "commonjs",
    main: "index.js",
    engines,
    // Pulumi has npm link this folder before it runs PulumiPlugin.yaml; there is nothing to download.
    dependencies: { "@pulumi/pulumi": "file:./run-plugin" },
  };
}
