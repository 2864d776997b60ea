import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Processes, not threads: Pulumi's runtime and TLS trust are process-wide.
    pool: "forks",
    // The tests wait for time to pass, or for other processes, which take a core or two.
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    reporters: ["default", "./tests/support/countsReporter.ts"],
    projects: [
      { extends: true, test: { name: "all", include: ["tests/**/*.test.ts"] } },
      {
        // generateCredentials has two forms. Azure was recorded in the one, its specification also has the other.
        extends: true,
        test: {
          name: "generateCredentials 202",
          include: ["tests/{provider,engine}/**/*.test.ts"],
          exclude: [
            // Has this form in any run.
            "tests/provider/longGeneration.test.ts",
            // Two minutes for errors of the first answer, which are the same in both forms.
            "tests/provider/givenUp.test.ts",
            // A minute of the same, whatever the form.
            "tests/provider/fleet.test.ts",
            "tests/engine/fleet.test.ts",
            "tests/provider/longLife.test.ts",
          ],
          env: { GENERATE_CREDENTIALS_STATUS: "202", MODEL_STEPS: process.env.MODEL_STEPS ?? "300" },
        },
      },
    ],
  },
});
