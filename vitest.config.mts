import { defineConfig } from "vitest/config";

/** As in tests/support/size.ts. */
const isFullSize = process.env.TEST_SIZE === "full";

/** Takes a minute to make an executable of 100 MB. */
const atFullSize = isFullSize ? [] : ["tests/install/executable.test.ts"];

export default defineConfig({
  test: {
    // Processes, not threads: Pulumi's runtime and TLS trust are process-wide.
    pool: "forks",
    // The tests wait for time to pass, or for other processes, which take a core or two.
    maxWorkers: 4,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ["default", "./tests/support/countsReporter.ts"],
    projects: [
      {
        extends: true,
        test: { name: "all", include: ["tests/**/*.test.ts"], exclude: atFullSize },
      },
      // The emulator's own tests: they say nothing about the product.
      "packages/local-azure",
      {
        // Azure was recorded to answer generateCredentials with 200. Its specification also allows 202, with a poll for the
        // result. The files that test what comes of the answer run in both forms; at full size all that call it do.
        extends: true,
        test: {
          name: "generateCredentials 202",
          include: isFullSize
            ? ["tests/{provider,engine}/**/*.test.ts"]
            : ["tests/provider/{faultMatrix,nonRetryableErrors,rotation,tokenCredentials}.test.ts"],
          exclude: [
            // Has this form in any run.
            "tests/provider/longGeneration.test.ts",
            // Errors of the first answer, which are the same in both forms.
            "tests/provider/retriesExhausted.test.ts",
            // The form makes no difference to a fleet, and to many kills and rotations only once more of the same.
            "tests/{provider,engine}/{fleet,kills,longLife}.test.ts",
          ],
          env: { GENERATE_CREDENTIALS_STATUS: "202" },
        },
      },
    ],
  },
});
