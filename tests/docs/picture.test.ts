/** The picture in the README shows the current output of `npm start`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("the picture of npm start is up to date: npm run docs draws it again", () => {
  const folder = mkdtempSync(join(tmpdir(), "picture-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "npm-start.svg");
  execFileSync(process.execPath, ["tools/scripts/picture.mjs", path]);
  const drawn = readFileSync(path, "utf8");
  expect(drawn).toBe(readFileSync("docs/npm-start.svg", "utf8"));
  expect(drawn).toContain("7 of 7 checks passed.");
  expect(drawn).toContain("crimagepulltoken");
  // Passwords are secrets, in a picture too.
  expect(drawn).not.toMatch(/[A-Za-z0-9+/]{52}/);
});
