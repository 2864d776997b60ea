/** The rules for the source tree: short files, and imports without cycles. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const maxLines = 300;

const listed = execFileSync("git", ["ls-files", "components", "packages", "tests", "tools", "examples"], {
  encoding: "utf8",
});

/** The text of each source file in git, by its path. */
const sources = new Map(
  listed
    .split("\n")
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .map((file) => [file, readFileSync(file, "utf8")]),
);

/** The source file that a relative import names: `./a` is a.ts or a/index.ts, `./a.js` is a.ts. */
function resolveImport(importer: string, path: string): string | undefined {
  const target = join(importer, "..", path);
  const source = target.replace(/\.([cm]?)js$/, ".$1ts");
  return [target, source, `${target}.ts`, join(target, "index.ts")].find((file) => sources.has(file));
}

/** The relative paths in `from "./a"`, `import "./a"`, `import("./a")` and `require("./a")`, of types too. */
const importPattern = /\b(?:from|import|require)\s*\(?\s*["'](\.[^"']*)["']/g;

/** The source files that a file imports. */
function importsOf(file: string): string[] {
  const paths = [...(sources.get(file) ?? "").matchAll(importPattern)].map(([, path]) => path);
  return paths.flatMap((path) => resolveImport(file, path) ?? []);
}

/** Each import that leads back to a file on the path to it, as the cycle: `a.ts -> b.ts -> a.ts`. */
function findCycles(): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    } else if (!done.has(file)) {
      for (const imported of importsOf(file)) {
        visit(imported, [...path, file]);
      }
      done.add(file);
    }
  };
  for (const file of sources.keys()) {
    visit(file, []);
  }
  return cycles;
}

test(`no source file has more than ${maxLines} lines`, () => {
  const lengths = [...sources].map(([file, text]) => ({ file, lines: text.trimEnd().split("\n").length }));
  expect(lengths).not.toEqual([]);
  expect(lengths.filter(({ lines }) => lines > maxLines)).toEqual([]);
});

test("imports have no cycles", () => {
  expect(findCycles()).toEqual([]);
});
