/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "mutation/vitest.config.mts", related: false },
  // The plugin that the tests start is bundled from the mutated sources, with all mutants in it.
  buildCommand: "node mutation/bundle.mjs",
  mutate: [
    "components/*.ts",
    "components/{common,program,provider}/**/*.ts",
    // Run by engine tests alone, which need a CLI: the thread that constructs a component, and what starts it.
    "!components/provider/{component,components}.ts",
  ],
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
  concurrency: 2,
  timeoutMS: 30_000,
  timeoutFactor: 2,
  disableTypeChecks: true,
  incremental: true,
  incrementalFile: "mutation/out/incremental.json",
  tempDirName: "mutation/out/sandbox",
  cleanTempDir: "always",
  reporters: ["clear-text", "html", "json", "progress"],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: "mutation/out/mutation.html" },
  jsonReporter: { fileName: "mutation/out/mutation.json" },
};
