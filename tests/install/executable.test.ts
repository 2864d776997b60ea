/** The plugin as a single executable, on a machine without Node. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginClient } from "local-azure/pulumi";
import { urn } from "provider-server";
import { extract } from "tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packExecutables } from "../../tools/release/executables";
import { thisNode, whyNot } from "../../tools/release/nodes";
import { describeWithStandIns } from "../engine/support";
import { Outside, version, yamlProject } from "./outside";

const reason = process.platform === "win32" ? "a link on Windows is no command" : whyNot(process.execPath);
const suffix = reason === undefined ? "" : ` (skipped: ${reason})`;
const folder = mkdtempSync(join(tmpdir(), "executable-"));
let archive: string;
let executable: string;

beforeAll(async () => {
  if (reason !== undefined) {
    return;
  }
  const [name = ""] = await packExecutables([thisNode], version, folder);
  archive = join(folder, name);
  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  await extract({ cwd: unpacked, file: archive });
  executable = join(unpacked, "pulumi-resource-acr-token");
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)(`the executable${suffix}`, () => {
  it("has the licenses of Node and of the bundled packages", () => {
    expect(readdirSync(join(executable, "..")).sort()).toEqual([
      "NODE-LICENSE.txt",
      "THIRD-PARTY-NOTICES.txt",
      "pulumi-resource-acr-token",
    ]);
    expect(readFileSync(join(executable, "..", "NODE-LICENSE.txt"), "utf8")).toMatch(/^Node\.js is licensed/);
    expect(statSync(executable).mode & 0o777).toBe(0o755);
  });

  it("starts and checks, with nothing on PATH", async () => {
    const plugin = await PluginClient.start({ executable }, { cwd: folder, env: { PATH: folder } });
    try {
      expect(await plugin.getPluginInfo()).toEqual({ version });
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
});

(reason === undefined ? describeWithStandIns : describe.skip)(`the executable's archive${suffix}`, () => {
  it("is installed and constructs a RegistryToken for a program in YAML, with no node on PATH", async () => {
    const outside = await Outside.start(yamlProject());
    const path = join(outside.folder, "path");
    mkdirSync(path);
    const pulumi = execFileSync("which", ["pulumi"], { encoding: "utf8" }).trim();
    symlinkSync(pulumi, join(path, "pulumi"));
    // The stand-ins for other plugins need Node, and have its path.
    for (const plugin of ["azure-native", "random"]) {
      const file = standIn(outside, plugin);
      writeFileSync(file, readFileSync(file, "utf8").replace("/usr/bin/env node", process.execPath));
    }
    outside.setEnvironment({ PATH: path });
    await expect(outside.run("node", "--version")).rejects.toThrow(/ENOENT/);

    await outside.pulumi("plugin", "install", "resource", "acr-token", version, "--file", archive);
    await outside.upAndLogIn();
  });
});

function standIn(outside: Outside, name: string): string {
  const plugins = join(outside.home, "plugins");
  const plugin = readdirSync(plugins).find((entry) => entry.startsWith(`resource-${name}-v`)) ?? "";
  return join(plugins, plugin, `pulumi-resource-${name}`);
}
