/** The last lines of a test run. */
import { afterEach, expect, test, vi } from "vitest";
import type { TestModule } from "vitest/node";
import CountsReporter from "../support/countsReporter";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The output of the reporter for a run of these files, each with the states of its tests. */
function printed(run: Record<string, string[]>): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  const modules = Object.entries(run).map(([file, states]) => ({
    relativeModuleId: file,
    state: () => "passed",
    errors: () => [],
    children: {
      allTests: () =>
        states.map((state, index) => ({ fullName: `${file} ${index}`, result: () => ({ state }) })),
    },
  }));
  new CountsReporter().onTestRunEnd(modules as unknown as TestModule[]);
  return lines;
}

test("a run of unit tests alone ends with the counts, and does not mention the engine's plugins", () => {
  expect(printed({ "tests/unit/a.test.ts": ["passed", "passed"] })).toEqual([
    "2 passed, 0 failed, 0 skipped",
  ]);
});

test("a run whose engine tests were all skipped names them, and does not say which plugins they used", () => {
  expect(printed({ "tests/engine/a.test.ts": ["skipped", "pending"] })).toEqual([
    "not run: tests/engine/a.test.ts 0",
    "not run: tests/engine/a.test.ts 1",
    "0 passed, 0 failed, 2 skipped",
  ]);
});

test.each([
  ["0", /stand-ins for azure-native and random; REAL_PLUGINS=1 runs them on the real plugins/],
  ["1", /the real plugins azure-native and random/],
])("a run with engine tests says which plugins they used, with REAL_PLUGINS=%s", (value, said) => {
  vi.stubEnv("REAL_PLUGINS", value);
  const lines = printed({ "tests/unit/a.test.ts": ["passed"], "tests/engine/a.test.ts": ["failed"] });
  expect(lines).toEqual([expect.stringMatching(said), "1 passed, 1 failed, 0 skipped"]);
});
