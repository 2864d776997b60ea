import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The packages with a module in a bundle, by name.
 *
 * @param {readonly import("rolldown").RolldownOutput["output"][number][]} output
 */
export function bundledPackages(output) {
  const folders = new Set();
  for (const file of output) {
    for (const module of file.type === "chunk" ? file.moduleIds : []) {
      const path = module.replaceAll("\\", "/");
      // Rolldown adds a few functions of its own.
      const folder = path.startsWith("\0rolldown/")
        ? join(import.meta.dirname, "..", "..", "node_modules", "rolldown")
        : /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (folder !== undefined) {
        folders.add(folder);
      }
    }
  }
  const packages = new Map();
  for (const folder of folders) {
    const { name, version, license, repository } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    if (typeof license !== "string") {
      throw new Error(
        `${name} ${version}, which is bundled, does not say in its package.json what its licence is`,
      );
    }
    const source = typeof repository === "string" ? repository : repository?.url;
    packages.set(`${name} ${version}`, { name, version, license, source, texts: licenceTexts(folder) });
  }
  return [...packages.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The packages' licences: the text of each package that has one, each text once. */
export function notices(packages) {
  const byTexts = new Map();
  for (const { name, version, license, source, texts } of packages) {
    const text = texts.join("\n\n");
    const line = `${name} ${version} (${license})${source === undefined ? "" : `, ${source}`}`;
    byTexts.set(text, [...(byTexts.get(text) ?? []), line]);
  }
  const introduction =
    "The plugin acr-token is bundled with parts of the packages below, each under the licence behind its name.\n";
  const each = [...byTexts].map(([text, lines]) =>
    [`${"-".repeat(80)}`, ...lines, ...(text === "" ? [] : ["", text]), ""].join("\n"),
  );
  return [introduction, ...each].join("\n");
}

const key = ({ name, version }) => `${name} ${version}`;

function licenceTexts(folder) {
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}
