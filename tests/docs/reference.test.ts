/** docs/reference.md is what the doc comments say today. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RegistryToken, TokenAccess, TokenCredentials } from "../../components/index";

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

test("is up to date: npm run docs generates it", () => {
  expect(made()).toBe(committed);
});

test("is the same in every locale and time zone", () => {
  expect(made({ LC_ALL: "tr_TR.UTF-8", LANG: "sv_SE.UTF-8", TZ: "Pacific/Apia" })).toBe(committed);
});

test("has every class, every input of the schema, and every output with its text", () => {
  const { resources } = JSON.parse(readFileSync("components/schema.json", "utf8"));
  const sections = new Map(
    committed.split(/^## /m).map((section) => [section.slice(0, section.indexOf("\n")), section]),
  );
  for (const { name } of [RegistryToken, TokenCredentials, TokenAccess]) {
    const { inputProperties, properties } = resources[`acr-token:index:${name}`];
    for (const input of Object.keys(inputProperties)) {
      expect(sections.get(`${name}Args`), `${name}Args`).toContain(`**\`${input}\`**`);
    }
    if (name === "RegistryToken") {
      for (const output of Object.keys(properties)) {
        expect(sections.get(name)).toContain(`**\`${output}\`**`);
      }
    }
  }
  // Nothing of an argument or an output of these three is left unsaid.
  expect(committed.split("\n## Credentials")[0]).not.toMatch(/^- \*\*`\w+`\*\* `[^`]+`(, required)?$/m);
});
