// Run by Stryker in its copy of the repository, where the sources are the mutated ones: bundles the plugin as it is
// written, for the process that the tests start.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, entries } from "../../components/bundle/bundle.mjs";

const folder = "components/bin/plugin";
mkdirSync(folder, { recursive: true });
for (const { fileName, code } of await bundle(entries, { minify: false })) {
  writeFileSync(join(folder, fileName), code);
}
