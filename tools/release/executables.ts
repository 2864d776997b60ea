import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "#start/repository";
import { archiveName, pack } from "./archives";
import { fuse, type Node, nodeLicence, whyNot } from "./nodes";

/**
 * Makes an executable of the plugin for each Node, which needs no installed Node, and packs it as Pulumi installs it.
 *
 * @param nodes of the same version as the Node that runs this, which prepares the content of the executables
 * @param folder the folder for the archives
 * @returns their names
 */
export async function packExecutables(
  nodes: readonly Node[],
  version: string,
  folder: string,
): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), "executables-"));
  try {
    const content = await writeContent(work);
    const names: string[] = [];
    for (const { system, path } of nodes) {
      const reason = whyNot(path);
      if (reason !== undefined) {
        throw new Error(reason);
      }
      const plugin = join(work, system);
      mkdirSync(plugin);
      const name = `pulumi-resource-acr-token${system.startsWith("windows") ? ".exe" : ""}`;
      copyFileSync(path, join(plugin, name));
      chmodSync(join(plugin, name), 0o755);
      insert(content, join(plugin, name));
      copyFileSync(join(repository, "components", "bin", "plugin", notices), join(plugin, notices));
      copyFileSync(nodeLicence() ?? "", join(plugin, "NODE-LICENSE.txt"));
      const archive = archiveName(version, system);
      await pack(plugin, join(folder, archive));
      names.push(archive);
    }
    return names;
  } finally {
    rmSync(work, { recursive: true });
  }
}

const notices = "THIRD-PARTY-NOTICES.txt";

/** Writes the plugin's two threads in the form of an executable, for any system, and returns the path. */
async function writeContent(folder: string): Promise<string> {
  const bundle = pathToFileURL(join(repository, "components", "bundle", "executable.mjs")).href;
  const { bundleForExecutable } = await import(bundle);
  await bundleForExecutable(folder);
  const settings = {
    main: join(folder, "index.js"),
    output: join(folder, "content"),
    disableExperimentalSEAWarning: true,
    assets: { "construct.js": join(folder, "construct.js") },
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  runNode("--experimental-sea-config", join(folder, "settings.json"));
  return settings.output;
}

function insert(content: string, executable: string): void {
  const postject = join(repository, "node_modules", "postject", "dist", "cli.js");
  const options = ["--sentinel-fuse", fuse, "--macho-segment-name", "NODE_SEA"];
  runNode(postject, executable, "NODE_SEA_BLOB", content, ...options);
}

function runNode(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`node ${args.join(" ")} failed: ${stdout}${stderr}`);
  }
}
