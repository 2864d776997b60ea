/** The packages local-azure and provider-server as npm packs them, installed outside of this repository. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const repository = resolve(__dirname, "../../..");
const packed = ["provider-server", "local-azure"];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "packages-"));
  const workspaces = packed.map((name) => `--workspace=${name}`);
  // Packs what `npm run build` has built. npm is a script on Windows, which only a shell starts.
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder, ...workspaces], {
    cwd: repository,
    shell: true,
  });
  for (const name of packed) {
    const [tarball = ""] = readdirSync(folder).filter((file) => file.startsWith(`${name}-`));
    mkdirSync(installed(name), { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, tarball), "-C", installed(name), "--strip-components", "1"]);
  }
  // Only the declared dependencies, so that an undeclared dependency is an error.
  for (const dependency of packed.flatMap((name) => Object.keys(manifestOf(name).dependencies))) {
    if (!existsSync(installed(dependency))) {
      mkdirSync(dirname(installed(dependency)), { recursive: true });
      symlinkSync(join(repository, "node_modules", dependency), installed(dependency), "junction");
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function installed(name: string): string {
  return join(folder, "node_modules", name);
}

function manifestOf(name: string) {
  return JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8"));
}

test.each(packed)("%s may be published, and its tarball has only the files that its users need", (name) => {
  const { bin = {}, exports, private: isPrivate } = manifestOf(name);
  const files = readdirSync(installed(name), { recursive: true, encoding: "utf8" });

  expect(isPrivate).toBeUndefined();
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
  const entries = [bin, ...Object.values(exports)].flatMap((entry) =>
    typeof entry === "string" ? entry : Object.values<string>(entry),
  );
  expect(entries.filter((path) => !existsSync(join(installed(name), path)))).toEqual([]);
  expect(files.filter((file) => /\.map$|\.tsbuildinfo$|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
});

test("a program starts a local Azure and a stand-in from the packages", () => {
  const script = `
    const { startLocalAzure } = require("local-azure");
    const { PluginClient, standIn } = require("local-azure/pulumi");
    (async () => {
      const azure = await startLocalAzure();
      const plugin = await PluginClient.start(standIn("random"));
      process.stdout.write(azure.connection.registries[0].name + " " + (await plugin.getSchema()).name);
      await plugin.close();
      await azure.close();
    })();`;
  const output = execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  expect(output).toBe("myregistry random");
});
