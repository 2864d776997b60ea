import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { isDrawn } from "../../../packages/provider-server/display";

test("it is drawn, or not, as the variable says", () => {
  expect(isDrawn({ PROVIDER_STATUS: "true", CI: "true" })).toBe(true);
  expect(isDrawn({ PROVIDER_STATUS: "false" })).toBe(false);
});

/** Whether a command seems to draw that runs on a terminal which `script` makes, and has these options. */
function drawsOnTerminal(command: string, env: NodeJS.ProcessEnv = {}): boolean {
  const child = `require(${JSON.stringify(require.resolve("../../../packages/provider-server/bin/display.js"))}).isDrawn()`;
  const parent = `
    const { spawnSync } = require("node:child_process");
    const child = spawnSync(process.execPath, ["-p", ${JSON.stringify(child)}], { stdio: ["pipe", "pipe", "inherit"] });
    require("node:fs").writeSync(2, "answer: " + child.stdout);`;
  const { stdout } = spawnSync("script", ["-qec", `"$NODE" -e "$PARENT" -- ${command}`, "/dev/null"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, TERM: "xterm", NODE: process.execPath, PARENT: parent, ...env },
  });
  const answer = /answer: (true|false)/.exec(stdout)?.[1];
  expect(answer, stdout).toBeDefined();
  return answer === "true";
}

const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

test.skipIf(!hasScript).for<[string, string, NodeJS.ProcessEnv, boolean]>([
  ["on a terminal", "up", {}, true],
  ["with --non-interactive", "up --non-interactive", {}, false],
  ["with --diff", "up --diff", {}, false],
  ["with --json=true", "up --json=true", {}, false],
  ["in a file", "up > /dev/null", {}, false],
  ["without input", "up < /dev/null", {}, false],
  ["in a pipeline", "up", { CI: "true" }, false],
  ["on a terminal that cannot", "up", { TERM: "dumb" }, false],
])("%s", ([, command, env, expected]) => {
  expect(drawsOnTerminal(command, env)).toBe(expected);
});

test("it is not drawn by a process that is gone", () => {
  expect(isDrawn({}, 2 ** 22 + 1)).toBe(false);
});
