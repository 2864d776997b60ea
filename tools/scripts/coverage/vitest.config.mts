import { join, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Where the report goes. */
const out = resolve("coverage");

const exitWhenInterrupted = resolve("tools/scripts/coverage/exitWhenInterrupted.cjs");

/** All tests that run components/ and need no CLI, with what they cover of it. */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    include: ["tests/{validation,component,provider,unit}/**/*.test.ts"],
    // Thousands of random walks and a thousand rotations cover nothing that shorter tests do not.
    exclude: ["tests/provider/{longLife,model}.test.ts"],
    // Looks at what the bundle loads, which is not what runs here.
    testNamePattern: /^(?!.*Azure's SDK is loaded with the first call)/,
    env: {
      ACR_TOKEN_PLUGIN: "tools/scripts/coverage",
      NODE_OPTIONS: `--require=${JSON.stringify(exitWhenInterrupted)}`,
      // Where the plugins write down what ran in them.
      NODE_V8_COVERAGE: join(out, "plugins"),
    },
    coverage: {
      enabled: true,
      provider: "custom",
      customProviderModule: "tools/scripts/coverage/provider.mjs",
      include: ["components/*.ts", "components/{args,program,provider}/**/*.ts"],
      reporter: ["html"],
      reportsDirectory: out,
      reportOnFailure: true,
    },
  },
});
