import { defineConfig } from "vitest/config";

/** What `npm run record-states` runs: it writes the states of this version to tests/states. */
export default defineConfig({
  test: { pool: "forks", maxWorkers: 1, testTimeout: 240_000, include: ["tests/engine/recordStates.ts"] },
});
