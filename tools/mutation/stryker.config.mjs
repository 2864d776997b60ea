import { everything } from "./parts.mjs";

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "tools/mutation/vitest.config.mts", related: false },
  // The plugin that the tests start is bundled from the mutated sources, with all mutants in it.
  buildCommand: "node tools/mutation/bundle.mjs",
  mutate: everything,
  ignorePatterns: [
    "/.ci",
    "/.github",
    "/tools/bench/out",
    "/bin",
    "/docs",
    "/tools/mutation/out",
    "/tools/release/out",
    "*/bin",
  ],
  mutator: {
    // Most are parts of messages, and of those every word would have to stand in a test.
    excludedMutations: ["StringLiteral"],
  },
  coverageAnalysis: "perTest",
  concurrency: 4,
  // Beyond twice what the tests take without a mutant.
  timeoutMS: 10_000,
  timeoutFactor: 2,
  disableTypeChecks: true,
  tempDirName: "tools/mutation/out/sandbox",
  cleanTempDir: "always",
  reporters: ["clear-text", "html", "json", "progress"],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: "tools/mutation/out/mutation.html" },
  jsonReporter: { fileName: "tools/mutation/out/mutation.json" },
};
