import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives this process, and those that it starts, a folder of their own for temporary files, which goes when the process
 * ends: also by Ctrl-C, or because nobody reads its output any more.
 */
export function useTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), "npm-start-"));
  // Each system asks another of these where temporary files go.
  for (const variable of ["TMPDIR", "TEMP", "TMP"]) {
    process.env[variable] = folder;
  }
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  process.stdout.on("error", () => process.exit(1));
}
