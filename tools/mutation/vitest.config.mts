import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The first tier that can kill a mutant is the cheapest. */
const tiers = ["unit", "component", "validation", "provider"];

class CheapestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const tierOf = ({ moduleId }: TestSpecification) =>
      tiers.findIndex((tier) => moduleId.includes(`/tests/${tier}/`));
    return [...files].sort(
      (one, other) => tierOf(one) - tierOf(other) || (one.moduleId < other.moduleId ? -1 : 1),
    );
  }
}

const { TESTS } = process.env;

/** Files that take from four seconds to half a minute. A mutant that survives runs every test that covers it. */
const long = [
  "tests/provider/{faultMatrix,fleet,retriesExhausted,nonRetryableErrors,longGeneration,longLife,model,progress,transientErrors}.test.ts",
  "tests/provider/{faultsMidOperation,networkFaults,hostileResourceManager,hostileSignIns,kills,waitUntilLive}.test.ts",
  "tests/validation/{generated,malformedResponses,resources}.test.ts",
];

/** The tests that run against each mutant. Default: all tests that run the sources or the plugin, without the long files. */
export default defineConfig({
  test: {
    include: TESTS?.split(" ") ?? ["tests/{validation,component,provider,unit}/**/*.test.ts"],
    exclude: [
      // They do not test components/, or they test files compiled before the mutation.
      "tests/component/{argumentTypes,loading}.test.ts",
      "tests/unit/{schema,sourceTree}.test.ts",
      "tests/unit/{bench,providerServer}/**",
      "tests/{component/program,validation/configuration}.test.ts",
      ...(TESTS === undefined ? long : []),
    ],
    setupFiles: ["tools/mutation/setup.ts"],
    sequence: { sequencer: CheapestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
