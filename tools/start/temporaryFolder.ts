import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives this process, and those that it starts, a folder of their own for temporary files, which goes when the process
 * ends, however it ends.
 */
export function useTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), "npm-start-"));
  // Each system asks another of these where temporary files go.
  for (const variable of ["TMPDIR", "TEMP", "TMP"]) {
    process.env[variable] = folder;
  }
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}
