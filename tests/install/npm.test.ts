/** The packed npm package in a project, installed by npm and by pnpm. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { npmPackage } from "../../tools/release/npmPackage";
import { describeWithStandIns } from "../engine/support";
import { Outside } from "./outside";

let folder: string;
let tarball: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "npm-"));
  tarball = join(folder, npmPackage(resolve("."), folder));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pulumi's SDKs come from this repository: a test downloads nothing. */
function sdks(prefix: string): Record<string, string> {
  const names = ["@pulumi/azure-native", "@pulumi/pulumi", "@pulumi/random"];
  return Object.fromEntries(names.map((name) => [name, `${prefix}${resolve("node_modules", name)}`]));
}

function project(manifest: object): Record<string, string> {
  return {
    "Pulumi.yaml": JSON.stringify({
      name: "outside",
      runtime: { name: "nodejs", options: { typescript: false } },
      plugins: { providers: [{ name: "acr-token", path: "./node_modules/pulumi-acr-token" }] },
    }),
    "package.json": JSON.stringify({ private: true, type: "module", main: "index.js", ...manifest }),
    "index.js": `
      import { RegistryToken } from "pulumi-acr-token";
      export const { username, password } = new RegistryToken("outside", {
        resourceGroupName: "myresourcegroup",
        registryName: "myregistry",
        repositories: { "azureiotedge-agent": ["content/read"] },
      });`,
  };
}

/** The package is the packed package, and used nothing of this repository. */
function expectPacked(outside: Outside): void {
  const installed = join(outside.project, "node_modules", "pulumi-acr-token");
  expect(existsSync(join(installed, "bin", "plugin", "index.js"))).toBe(true);
  expect(existsSync(join(installed, "provider"))).toBe(false);
}

describeWithStandIns("the npm package", () => {
  it("works in a project that npm installs", async () => {
    const outside = await Outside.start(
      project({ dependencies: { "pulumi-acr-token": `file:${tarball}`, ...sdks("file:") } }),
    );
    await outside.run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
    expectPacked(outside);
    await outside.upAndLogIn();
  });

  const hasPnpm = spawnSync("pnpm", ["--version"], { shell: true }).status === 0;
  it.skipIf(!hasPnpm)(
    `works in a project that pnpm installs${hasPnpm ? "" : " (skipped: there is no pnpm on PATH)"}`,
    async () => {
      const outside = await Outside.start({
        ...project({ dependencies: { "pulumi-acr-token": `file:${tarball}`, "@pulumi/pulumi": "*" } }),
        "pnpm-workspace.yaml": JSON.stringify({ overrides: sdks("link:") }),
      });
      await outside.run("pnpm", "install", "--offline", "--ignore-scripts");
      expectPacked(outside);
      await outside.upAndLogIn();
    },
  );
});
