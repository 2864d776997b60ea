/** The package as npm packs it: complete and self-contained. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PluginClient } from "local-azure/pulumi";
import { urn } from "provider-server";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let installed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "package-"));
  installed = join(folder, "node_modules", "pulumi-acr-token");
  mkdirSync(installed, { recursive: true });
  // Packs the files that `npm test` has built.
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", npm, {
    cwd: resolve("components"),
    encoding: "utf8",
    shell: true,
  }).trim();
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", installed, "--strip-components", "1"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("depends on nothing that only this repository has", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(Object.keys(manifest.dependencies)).toEqual([
    "@pulumi/azure-native",
    "@pulumi/pulumi",
    "@pulumi/random",
  ]);
});

test("has its schema once", () => {
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith("schema.json"))).toEqual(["schema.json"]);
});

test("its types do not show what only the plugin uses", () => {
  const types = readFileSync(join(installed, "bin", "registryToken.d.ts"), "utf8");
  expect(types).toContain("readonly password: pulumi.Output<string>");
  expect(types).not.toMatch(/get outputs|outputNames/);
});

test("its plugin starts and checks without other packages", async () => {
  const plugin = await PluginClient.start({ directory: installed }, { cwd: folder });
  try {
    await plugin.configure();
    const type = "acr-token:index:TokenCredentials";
    const { failures } = await plugin.check(urn(type, "one"), {}, { tokenId: "not-an-id" });
    expect(failures.map(({ property }) => property)).toEqual(["tokenId"]);
    expect(await plugin.getSchema()).toMatchObject({ name: "acr-token" });
    expect(plugin.log).toBe("");
  } finally {
    await plugin.close();
  }
});

test("its program's part is loaded with nothing but Pulumi's SDKs", () => {
  mkdirSync(join(folder, "node_modules", "@pulumi"));
  for (const name of ["azure-native", "pulumi", "random"]) {
    symlinkSync(
      resolve("node_modules", "@pulumi", name),
      join(folder, "node_modules", "@pulumi", name),
      "junction",
    );
  }
  const script = `process.stdout.write(Object.keys(require("pulumi-acr-token")).sort().join())`;
  const exported = execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  expect(exported).toBe(
    "GatewayAction,Provider,RegistryToken,RepositoryAction,TokenAccess,TokenCredentials,TokenPasswordName,TokenStatus",
  );
});
