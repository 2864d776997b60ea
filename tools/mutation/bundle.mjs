// Run by Stryker in its copy of the repository with the mutated sources: bundles the plugin that the tests start.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, entries } from "../../components/bundle/bundle.mjs";

const folder = "components/bin/plugin";
mkdirSync(folder, { recursive: true });
for (const { fileName, code } of await bundle(entries, { minify: false })) {
  writeFileSync(join(folder, fileName), code);
}
