import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Processes, not threads: Pulumi's runtime and TLS trust are process-wide.
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
