import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { shareNodeModules, temporaryFolder, writeFiles } from "../engine/languages";

const page = readFileSync("docs/testing.md", "utf8");

/** The files that the page shows, by the names in their first lines. */
const files = Object.fromEntries(
  [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name = "", text = ""]) => [name, text]),
);

/** A project with the page's files. */
function project(changed: Record<string, string> = {}): string {
  const folder = join(temporaryFolder(), "project");
  writeFiles(folder, { "package.json": "{}", ...files, ...changed });
  shareNodeModules(folder);
  return folder;
}

/** Runs a test file as the page says. */
async function run(folder: string): Promise<string> {
  const [, command = ""] = /`npx (tsx --test \S+)`/.exec(page) ?? [];
  const [tool = "", ...args] = command.split(" ");
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const { stdout } = await promisify(execFile)(join("node_modules", ".bin", tool), args, {
    cwd: folder,
    env,
  });
  return stdout;
}

describe("the page on testing", () => {
  test("shows a unit test that passes", async () => {
    expect(await run(project())).toMatch(/pass 2\n/);
  });

  test("describes that every output from Azure is undefined with mocks that return the inputs", async () => {
    const bare = files["registry.test.ts"]?.replace("...args.inputs, ...outputs", "...args.inputs");
    const names = ["loginServer", "password", "password1", "password2", "credentials"];
    const others = ["dockerConfigJson", "edgeRegistryCredentials"];
    const outputs = JSON.stringify([...names, ...others]);
    const rest = `
test("every output is undefined", async () => {
  const { token } = await import("./registry");
  for (const name of ${outputs}) {
    assert.equal(await valueOf((token as any)[name]), undefined, name);
  }
});`;
    const own = bare?.slice(0, bare.indexOf('test("the client logs in')) ?? "";
    expect(await run(project({ "registry.test.ts": own + rest }))).toMatch(/pass 1\n/);
  });
});
