import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Names the skipped tests, whose names say why, says which plugins the engine tests used, and ends with the counts. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const skipped = tests.filter((test) => !hasRun(test));
    for (const name of new Set(skipped.map(({ fullName }) => fullName))) {
      console.log(`not run: ${name}`);
    }
    if (modules.some(hasRunEngineTests)) {
      console.log(
        process.env.REAL_PLUGINS === "1"
          ? "The engine tests ran on the real plugins azure-native and random, as Pulumi finds them."
          : "The engine tests ran on stand-ins for azure-native and random; REAL_PLUGINS=1 runs them on the real plugins.",
      );
    }
    // A file that fails to load has no tests to count.
    const unloaded = modules.filter((module) => module.state() === "failed" && module.errors().length > 0);
    console.log(
      `${count("passed")} passed, ${count("failed") + unloaded.length} failed, ${skipped.length} skipped`,
    );
  }
}

function hasRunEngineTests({ relativeModuleId, children }: TestModule): boolean {
  return /^tests\/engine\//.test(relativeModuleId) && [...children.allTests()].some(hasRun);
}

/** A test that is skipped by two groups at once stays pending. */
function hasRun(test: TestCase): boolean {
  const { state } = test.result();
  return state === "passed" || state === "failed";
}
