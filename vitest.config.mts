import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Processes, not threads: Pulumi's runtime and TLS trust are process-wide.
    pool: "forks",
    // The tests wait for other processes most of the time, and those take a core or two.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ["default", "./tests/support/countsReporter.ts"],
  },
});
