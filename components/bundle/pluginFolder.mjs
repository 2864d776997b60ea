import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, entries } from "./bundle.mjs";
import { bundledPackages, notices } from "./notices.mjs";
import { sbom } from "./sbom.mjs";

const components = join(import.meta.dirname, "..");

/**
 * Writes the plugin's folder, which needs only Node. The same sources produce the same bytes.
 *
 * @param {string} folder relative to components/; its content is removed first
 */
export async function makePluginFolder(folder) {
  const output = await bundle(entries);
  const target = resolve(components, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of output) {
    writeFileSync(join(target, file.fileName), file.type === "chunk" ? file.code : file.source);
  }
  const packages = bundledPackages(output);
  writeFileSync(join(target, "THIRD-PARTY-NOTICES.txt"), notices(packages));
  writeJson(join(target, "sbom.cdx.json"), sbom(manifest(), packages));
  writeJson(join(target, "package.json"), manifest());
  cpSync(join(import.meta.dirname, "launcher"), target, { recursive: true });
}

/**
 * Writes the same folder in the form that `pulumi package add` takes from a git repository.
 *
 * @param {string} folder relative to components/; its content is removed first
 */
export async function makeGitFolder(folder) {
  await makePluginFolder(folder);
  const target = resolve(components, folder);
  cpSync(join(import.meta.dirname, "git"), target, { recursive: true });
  // Pulumi runs npm install here, which links run-plugin/ and downloads nothing.
  writeJson(join(target, "package.json"), {
    ...manifest(),
    dependencies: { "@pulumi/pulumi": "file:./run-plugin" },
  });
}

/** With the type commonjs, regardless of what a package.json in a parent folder says. */
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
  };
}

function writeJson(path, content) {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
}
