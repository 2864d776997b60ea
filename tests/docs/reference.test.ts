/** docs/reference.md is what components/schema.json says today. */
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

/** Generates the reference into a temporary file, with additional environment variables. */
function made(environment: Record<string, string> = {}): string {
  const path = join(folder, "reference.md");
  execFileSync(process.execPath, ["tools/scripts/reference.mjs", path], {
    env: { ...process.env, ...environment },
  });
  return readFileSync(path, "utf8");
}

const committed = readFileSync("docs/reference.md", "utf8");

test("is up to date: npm run schema generates it", () => {
  expect(made()).toBe(committed);
});

test("is the same in every locale and time zone", () => {
  expect(made({ LC_ALL: "tr_TR.UTF-8", LANG: "sv_SE.UTF-8", TZ: "Pacific/Apia" })).toBe(committed);
});
