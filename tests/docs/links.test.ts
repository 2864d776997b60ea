/** The links of the pages have targets, and their lists are complete. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(".");
const left = new Set(["node_modules", "bin", ".git", ".pulumi-cache"]);

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return left.has(entry.name) ? [] : markdownBelow(path);
    }
    return entry.name.endsWith(".md") ? [relative(root, path).split(sep).join("/")] : [];
  });
}

const pages = markdownBelow(root).sort();

/** A page without its code, in which brackets are no links. */
function prose(page: string): string {
  return readFileSync(page, "utf8")
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, "");
}

function targets(page: string): string[] {
  return [...prose(page).matchAll(/\]\(<?([^)>\s]+)>?[^)]*\)/g)].map(([, target]) => String(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

test("there are pages, with links between them", () => {
  expect(pages).toEqual(
    expect.arrayContaining(["README.md", "docs/operating.md", "packages/local-azure/README.md"]),
  );
  expect(targets("README.md").length).toBeGreaterThan(8);
});

describe.each(pages)("%s", (page) => {
  test("has no broken link", () => {
    const missing = targets(page).filter((target) => {
      if (/^[a-z][a-z+.-]*:/i.test(target)) {
        return false;
      }
      const [path = "", anchor] = target.split("#");
      // On the site of Pulumi's registry a page is a folder.
      const file = path === "" ? page : join(dirname(page), path.replace(/^\.\/(.+)\/$/, "$1.md"));
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    });
    expect(missing).toEqual([]);
  });

  test("names only existing files of this repository", () => {
    const folders = "components|docs|examples|packages|tests|tools";
    const named = [
      ...readFileSync(page, "utf8").matchAll(
        new RegExp(`(?<![\\w./])((?:${folders})/[\\w./-]+\\.\\w+)`, "g"),
      ),
    ].map(([, path]) => String(path));
    // From the page's own folder, or from the root.
    const isThere = (path: string) => existsSync(path) || existsSync(join(dirname(page), path));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });
});

test("how it works names only existing sources", () => {
  const sources = ["components", "packages", "tests"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => `/${folder}/${path}`),
  );
  const page = readFileSync("docs/how-it-works.md", "utf8").replaceAll("](../", "](");
  const named = [...page.matchAll(/[\w./-]+\.ts\b/g)].map(String);
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(
    (name) => name !== "index.ts" && !sources.some((path) => path.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

test("each rule of how it works names functions and constants that its file has", () => {
  const [, rules = ""] = readFileSync("docs/how-it-works.md", "utf8").split("\n## Where to find a rule\n");
  const files = [...rules.matchAll(/\]\(\.\.\/([^)]+)\)(?:: ([`\w, ]+))?/g)];
  expect(files.length).toBeGreaterThan(20);
  const missing = files.flatMap(([, path = "", names = ""]) => {
    const source = readFileSync(path, "utf8");
    const named = [...names.matchAll(/`(\w+)`/g)].map(([, name]) => String(name));
    return named
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(source))
      .map((name) => `${path}: ${name}`);
  });
  expect(missing).toEqual([]);
});

describe("the README", () => {
  const { inputProperties, properties } = JSON.parse(readFileSync("components/schema.json", "utf8"))
    .resources["acr-token:index:RegistryToken"];

  /** The names in the first column of the table under a heading. */
  function firstColumn(heading: string): string[] {
    const [, section = ""] = readFileSync("README.md", "utf8").split(`\n## ${heading}\n`);
    const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
    return rows.flatMap((row) =>
      [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
  }

  test("has every argument of the schema in its table, once, and no other", () => {
    expect(firstColumn("Arguments").sort()).toEqual(Object.keys(inputProperties).sort());
  });

  test("has every output of the schema in its table", () => {
    const text = readFileSync("README.md", "utf8").split("\n## Outputs\n")[1]?.split("\n## ")[0] ?? "";
    expect(Object.keys(properties).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    const unknown = firstColumn("Outputs").filter((name) => !(String(name) in properties));
    expect(unknown).toEqual([]);
  });

  test("is a page that is read to the end", () => {
    expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThan(200);
  });

  test("begins with the two commands and their output", () => {
    const [first = ""] = readFileSync("README.md", "utf8").split("\n## ");
    expect(first).toMatch(/npm ci && npm start/);
    expect(first).toMatch(/^npm cit\b/m);
    expect(first).toContain("(docs/npm-start.svg)");
  });
});
