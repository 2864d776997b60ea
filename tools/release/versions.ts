import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PluginClient } from "local-azure/pulumi";

/**
 * The versions in a repository, by their place: the package files, the schema, the built plugin, and the tags of the commit that
 * is checked out (`v0.1.0`).
 */
export async function statedVersions(repository: string): Promise<Map<string, string>> {
  const json = (path: string) => JSON.parse(readFileSync(join(repository, path), "utf8"));
  const stated = new Map<string, string>([
    // npm links any version within this range: the range must start at the version.
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
 * The version, if all places have the same.
 *
 * @throws Error that lists the places and their versions, if they differ
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
