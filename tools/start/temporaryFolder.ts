import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives this process and its child processes a folder for temporary files, which is removed when this process ends for any
 * reason.
 */
export function useTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), "npm-start-"));
  // Operating systems differ in which variable they read.
  for (const variable of ["TMPDIR", "TEMP", "TMP"]) {
    process.env[variable] = folder;
  }
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}
