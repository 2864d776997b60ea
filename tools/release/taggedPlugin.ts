import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository as sources } from "#start/repository";

/**
 * Commits the built plugin on top of HEAD, as components/plugin, and tags the commit. No branch has the commit, and the
 * working tree and the index of the repository stay as they are.
 *
 * @returns the tag's name
 * @throws Error if the tag exists
 */
export async function tagPlugin(repository: string, version: string): Promise<string> {
  const tag = `v${version}`;
  const work = mkdtempSync(join(tmpdir(), "tag-"));
  try {
    const tree = join(work, "tree");
    const directory = execFileSync("git", ["rev-parse", "--absolute-git-dir"], {
      cwd: repository,
      encoding: "utf8",
    }).trim();
    const env = { ...process.env, GIT_INDEX_FILE: join(work, "index") };
    const git = (...args: string[]) =>
      execFileSync(
        "git",
        ["--git-dir", directory, "--work-tree", tree, "-c", "core.autocrlf=false", ...args],
        {
          cwd: existsSync(tree) ? tree : repository,
          encoding: "utf8",
          env,
        },
      ).trim();
    if (git("tag", "--list", tag) !== "") {
      throw new Error(`the tag ${tag} exists already: raise the version, or delete the tag`);
    }
    const bundle = pathToFileURL(join(sources, "components", "bundle", "pluginFolder.mjs")).href;
    const { makeGitFolder } = await import(bundle);
    await makeGitFolder(join(tree, "components", "plugin"));
    git("read-tree", "HEAD");
    git("add", "--force", "components/plugin");
    const message = `Version ${version}, with the built plugin`;
    git("tag", tag, git("commit-tree", git("write-tree"), "-p", "HEAD", "-m", message));
    return tag;
  } finally {
    rmSync(work, { recursive: true });
  }
}
