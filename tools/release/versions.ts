import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PluginClient } from "local-azure/pulumi";

/**
 * The versions that are stated in a repository, by where: in its package files, its schema, the plugin that was built, and the
 * tags of the commit that is checked out (`v0.1.0`), where there is git and such a tag.
 */
export async function statedVersions(repository: string): Promise<Map<string, string>> {
  const json = (path: string) => JSON.parse(readFileSync(join(repository, path), "utf8"));
  const stated = new Map<string, string>([
    // What npm links in the workspace is a version within this range: that it starts at this one is what counts.
    [
      "package.json (dependencies)",
      json("package.json").dependencies["pulumi-acr-token"].replace(/^[\^~]/, ""),
    ],
    ["components/package.json", json("components/package.json").version],
    ["components/schema.json", json("components/schema.json").version],
    ["the plugin", await versionOfPlugin(join(repository, "components", "bin", "plugin"))],
  ]);
  const tags = spawnSync("git", ["tag", "--points-at", "HEAD"], { cwd: repository, encoding: "utf8" });
  for (const tag of (tags.stdout ?? "").split("\n").filter((name) => /^v\d/.test(name))) {
    stated.set(`the tag ${tag}`, tag.slice(1));
  }
  return stated;
}

/**
 * The one version that is stated everywhere.
 *
 * @throws Error that says which version is stated where, where they differ
 */
export function theVersion(stated: ReadonlyMap<string, string>): string {
  const [version = "", ...others] = new Set(stated.values());
  if (others.length > 0) {
    const lines = [...stated].map(([where, one]) => `  ${one.padEnd(12)} ${where}`);
    throw new Error(`the versions differ, so nothing is released:\n${lines.join("\n")}`);
  }
  return version;
}

async function versionOfPlugin(directory: string): Promise<string> {
  const plugin = await PluginClient.start({ directory });
  try {
    return (await plugin.getPluginInfo()).version;
  } finally {
    await plugin.close();
  }
}
