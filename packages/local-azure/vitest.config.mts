import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "emulator",
    include: ["tests/**/*.test.ts"],
    // Processes, not threads: TLS trust is process-wide.
    pool: "forks",
    // The tests wait for time to pass, or for other processes, which take a core or two.
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
