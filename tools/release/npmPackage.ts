import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * Packs what has been built as npm would publish it.
 *
 * @param folder the folder for the tarball
 * @returns the tarball's name
 */
export function npmPackage(repository: string, folder: string): string {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", JSON.stringify(folder)];
  // npm is a script on Windows, which only a shell starts.
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: join(repository, "components"),
    encoding: "utf8",
    shell: true,
  });
  if (status !== 0) {
    throw new Error(`npm pack failed: ${stderr}`);
  }
  return stdout.trim();
}
