import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { showsStatus } from "../../../packages/provider-server/terminal";

test("PROVIDER_STATUS overrides the detection", () => {
  expect(showsStatus({ PROVIDER_STATUS: "true", CI: "true" })).toBe(true);
  expect(showsStatus({ PROVIDER_STATUS: "false" })).toBe(false);
});

/** The detection in a process that `script` starts on a terminal of its own. */
function detected(environment: NodeJS.ProcessEnv, prefix = ""): boolean {
  const file = JSON.stringify(require.resolve("../../../packages/provider-server/bin/terminal.js"));
  const { stdout } = spawnSync("script", ["-qec", `${prefix} "$NODE" -p "$CODE"`, "/dev/null"], {
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      TERM: "xterm",
      NODE: process.execPath,
      CODE: `"answer: " + require(${file}).showsStatus()`,
      ...environment,
    },
  });
  const answer = /answer: (true|false)/.exec(stdout)?.[1];
  expect(answer, stdout).toBeDefined();
  return answer === "true";
}

const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

test.skipIf(!hasScript).for<[string, NodeJS.ProcessEnv, string, boolean]>([
  ["shown on a terminal", {}, "", true],
  ["not shown in a pipeline", { CI: "true" }, "", false],
  ["not shown under the Automation API", { PULUMI_AUTOMATION_API: "true" }, "", false],
  ["not shown on a terminal that cannot replace text", { TERM: "dumb" }, "", false],
  ["not shown without a terminal", {}, "setsid --wait", false],
])("Status messages are %s", ([, environment, prefix, expected]) => {
  expect(detected(environment, prefix)).toBe(expected);
});
