/** Records the states of this version, for the upgrade tests of later versions: `npm run record-states`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { arm } from "../../packages/local-azure/tests/support";
import { makeVault } from "../../packages/local-azure/tests/vaultSupport";
import { SharedClock } from "../support/clock";
import { recordedOn, statesFolder } from "../support/states";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { TestStack } from "./support";
import { programs } from "./upgradePrograms";

const { version } = JSON.parse(readFileSync("components/package.json", "utf8"));
const folder = join(statesFolder, version);

it.each(Object.keys(programs))("records the state %s", async (name) => {
  const clock = new SharedClock();
  onTestFinished(() => clock.close());
  clock.set(`${recordedOn}T12:00:00Z`);
  clock.advance(-1);
  const args: ChangingArgs = {};
  const test = await TestStack.start(clientToken(args), {
    azure: { now: clock.now },
    environment: clock.environment,
  });
  const vaultUri = await makeVault(test.azure, await arm(test.azure));
  for (const step of programs[name]?.({ vaultUri }) ?? []) {
    change(args, step);
    await test.up();
  }
  const state = await test.stack.exportStack();
  expect(state.deployment.resources.length).toBeGreaterThan(5);
  mkdirSync(folder, { recursive: true });
  // "wx" fails if the file exists: a recorded file is not changed.
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(state, withoutPaths, 2)}\n`, { flag: "wx" });
});

/** Removes the paths of the program's source on this machine. */
function withoutPaths(property: string, value: unknown): unknown {
  return property === "sourcePosition" || property === "stackTrace" ? undefined : value;
}
