/** The bundle of the plugin: the same bytes from the same sources, and the licenses of all bundled packages. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { contents } from "./contents";

const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const built = resolve("components", "bin", "plugin");
const notices = readFileSync(join(built, "THIRD-PARTY-NOTICES.txt"), "utf8");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script that has imported a module of components/bundle, elsewhere than in the repository. */
function run(module: string, script: string): string {
  const url = pathToFileURL(resolve("components", "bundle", module)).href;
  const whole = `import * as bundling from ${JSON.stringify(url)}; ${script}`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", whole], {
    cwd: folder,
    encoding: "utf8",
  });
}

test("is the same bytes when it is built again, elsewhere", () => {
  const again = join(folder, "again");
  run("pluginFolder.mjs", `await bundling.makePluginFolder(${JSON.stringify(again)})`);
  const files = contents(built);
  expect([...contents(again).keys()]).toEqual([...files.keys()]);
  for (const [name, bytes] of contents(again)) {
    expect(bytes.equals(files.get(name) ?? Buffer.alloc(0)), name).toBe(true);
  }
});

test("names no folder of the machine that built it", () => {
  for (const [name, bytes] of contents(built)) {
    expect(bytes.includes(resolve(".")), name).toBe(false);
  }
});

test("has the licenses of all bundled packages", () => {
  // The packages by the source maps, not by the source of the notices.
  const sources: string[] = JSON.parse(
    run(
      "bundle.mjs",
      `const output = await bundling.bundle(bundling.entries, { sourcemap: true, dir: ${JSON.stringify(folder)} });
       console.log(JSON.stringify(output.flatMap(({ map }) => map?.sources ?? [])));`,
    ),
  );
  const folders = new Set(
    sources.flatMap(
      (source) => /^.*?node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [],
    ),
  );
  expect(folders.size).toBeGreaterThan(50);
  for (const name of folders) {
    const installed = resolve("node_modules", name);
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const line = `\n${manifest.name} ${manifest.version} (${manifest.license})`;
    expect(notices.includes(line), line).toBe(true);
    for (const file of readdirSync(installed)) {
      if (/^(licen[cs]e|notice)/i.test(file)) {
        const text = readFileSync(join(installed, file), "utf8").replaceAll("\r\n", "\n").trim();
        expect(notices.includes(text), join(name, file)).toBe(true);
      }
    }
  }
});

test("has of Pulumi's SDKs only what a component needs", () => {
  expect(existsSync(join(built, "construct.js"))).toBe(true);
  expect([...contents(built).values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThan(3_000_000);
});
