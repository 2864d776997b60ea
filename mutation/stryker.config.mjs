import { everything } from "./parts.mjs";

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "mutation/vitest.config.mts", related: false },
  // The plugin that the tests start is bundled from the mutated sources, with all mutants in it.
  buildCommand: "node mutation/bundle.mjs",
  mutate: everything,
  ignorePatterns: [
    "/.ci",
    "/.github",
    "/bench/out",
    "/bin",
    "/docs",
    "/mutation/out",
    "/release/out",
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
  tempDirName: "mutation/out/sandbox",
  cleanTempDir: "always",
  reporters: ["clear-text", "html", "json", "progress"],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: "mutation/out/mutation.html" },
  jsonReporter: { fileName: "mutation/out/mutation.json" },
};
