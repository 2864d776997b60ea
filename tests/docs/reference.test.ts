/** The generated files are up to date: components/schema.json, and docs/reference.md, which is generated from it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reference-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a script generates into a temporary file, with additional environment variables. */
function generated(script: string, environment: Record<string, string> = {}): string {
  const path = join(folder, script);
  execFileSync(process.execPath, [`tools/scripts/${script}.mjs`, path], {
    env: { ...process.env, ...environment },
  });
  return readFileSync(path, "utf8");
}

const reference = readFileSync("docs/reference.md", "utf8");

test("the schema is up to date with the types and doc comments: npm run schema generates it", () => {
  expect(generated("schema")).toBe(readFileSync("components/schema.json", "utf8"));
});

test("the reference is up to date with the schema: npm run schema generates it", () => {
  expect(generated("reference")).toBe(reference);
});

test("the reference is the same in every locale and time zone", () => {
  const elsewhere = { LC_ALL: "tr_TR.UTF-8", LANG: "sv_SE.UTF-8", TZ: "Pacific/Apia" };
  expect(generated("reference", elsewhere)).toBe(reference);
});
