import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { archiveName, pack, systems } from "./archives";
import { checksums } from "./checksums";
import { npmPackage } from "./npmPackage";
import { repository } from "./repository";
import { statedVersions, theVersion } from "./versions";

const usage = `Makes everything that a release consists of. Publishes nothing.

  npm run release -- [--out <folder>]

  --out <folder>   where it goes; what is in that folder is removed. Default: release/out
  --help           shows this`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) {
    console.log(usage);
    return;
  }
  const plugin = join(repository, "components", "bin", "plugin");
  const out = resolve(values.out ?? join(repository, "release", "out"));
  const version = theVersion(await statedVersions(repository));
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

  writeFileSync(join(out, "SHA256SUMS"), checksums(out));
  say("checksums", "SHA256SUMS");
  console.log(`\nAll of it is in ${out}. Nothing has been published.`);
}

function say(what: string, which: string): void {
  console.log(`${what.padEnd(18)} ${which}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
