import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "emulator",
    include: ["tests/**/*.test.ts"],
    // Processes, not threads: TLS trust is process-wide.
    pool: "forks",
    // The tests wait for time to pass, or for other processes, which take a core or two.
    maxWorkers: 3,
    // With the product's tests: after them, as vitest runs projects together only if they have the same number of workers.
    sequence: { groupOrder: 1 },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
