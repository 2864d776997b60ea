/**
 * Extends the mutation run to the plugin's process. Stryker activates a mutant, and records coverage, only in the process of the
 * tests.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeEach, inject } from "vitest";

type Hits = Record<string, number>;

declare module "vitest" {
  interface ProvidedContext {
    mode: "dry-run" | "mutant";
    activeMutant: string;
  }
}

declare global {
  // Shared by Stryker's setup, which runs before, and the instrumented code.
  var __stryker__: {
    currentTestId?: string;
    mutantCoverage?: { static: Hits; perTest: Record<string, Hits> };
  };
}

if (inject("mode") === "mutant") {
  // The instrumented code in the plugin reads the active mutant from this variable.
  process.env.__STRYKER_ACTIVE_MUTANT__ = inject("activeMutant");
} else {
  noteWhatPluginsCover();
}

function noteWhatPluginsCover(): void {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  const current = join(folder, "current");
  const covered = join(folder, "covered");
  writeFileSync(current, "");
  writeFileSync(covered, "");
  process.env.CURRENT_TEST_FILE = current;
  process.env.COVERED_MUTANTS_FILE = covered;
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --require=${JSON.stringify(resolve("tools/mutation/plugin.cjs"))}`;

  beforeEach(() => writeFileSync(current, globalThis.__stryker__.currentTestId ?? ""));
  afterEach(() => writeFileSync(current, ""));
  afterAll(() => {
    globalThis.__stryker__.mutantCoverage ??= { static: {}, perTest: {} };
    const coverage = globalThis.__stryker__.mutantCoverage;
    for (const line of readFileSync(covered, "utf8").split("\n").filter(Boolean)) {
      const [test = "", mutant = ""] = line.split("\t");
      let hits = coverage.static;
      if (test !== "") {
        coverage.perTest[test] ??= {};
        hits = coverage.perTest[test];
      }
      hits[mutant] = (hits[mutant] ?? 0) + 1;
    }
    rmSync(folder, { recursive: true });
  });
}
