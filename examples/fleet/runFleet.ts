/** All stacks of the fleet, some at once. */
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { devicesOf, type Fleet, projectFolder, readFleet, stackNames } from "./fleet";
import { type Command, type Outcome, runStack } from "./oneStack";
import { Progress } from "./progress";

/** What the user wants to be left off. */
export interface Interruption {
  /** No more stacks are begun; those under way come to their end. */
  readonly stop: AbortSignal;
  /** Those under way are cancelled too. */
  readonly cancel: AbortSignal;
}

/**
 * Runs them all. One that fails keeps no other one waiting; what failed is told at the end.
 *
 * @returns the exit code: 1 where a stack failed, 130 where it was interrupted
 */
export async function runFleet(command: Command, { stop, cancel }: Interruption): Promise<number> {
  const fleet = readFleet();
  await refuseOtherCut(fleet);
  const names = stackNames(fleet);
  const progress = new Progress(process.stdout, fleet.devices.length, names.length);
  progress.say(
    `${command} of ${fleet.devices.length} devices in ${names.length} stacks, ${fleet.stacksAtOnce} at once`,
  );
  stop.addEventListener("abort", () =>
    progress.say("Interrupted: the stacks under way come to their end. Once more (Ctrl-C) cancels them."),
  );
  cancel.addEventListener("abort", () => progress.say("Cancelling the stacks under way."));

  const outcomes: Outcome[] = [];
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined && !stop.aborted; name = waiting.shift()) {
      const started = performance.now();
      const devices = devicesOf(name, fleet).length;
      const stack = progress.begin(devices);
      const outcome = await runStack(command, name, stack.onDevice, cancel);
      outcomes.push(outcome);
      stack.end(outcome.errors.length === 0, lineOf(outcome, devices, (performance.now() - started) / 1000));
    }
  };
  await Promise.all(Array.from({ length: fleet.stacksAtOnce }, work));
  progress.close();
  return report(command, outcomes, names, stop.aborted);
}

/** A device whose stack has another name would be made there again, while its token still exists. */
async function refuseOtherCut(fleet: Fleet): Promise<void> {
  const workspace = await LocalWorkspace.create({ workDir: projectFolder });
  const all = await workspace.listStacks();
  const names = stackNames(fleet);
  const other = all.find(({ name, resourceCount }) => !names.includes(name) && resourceCount !== 0);
  if (other !== undefined) {
    throw new Error(
      `fleet.json cuts the fleet into ${fleet.stacks} stacks, but there is the stack ${other.name}: its devices would be ` +
        "in two stacks. Put the number back, or first destroy the stacks of the other number.",
    );
  }
}

/** `2-of-4: 6 devices, 20 created, 1 same (12 s)`. */
function lineOf({ stack, changes, errors }: Outcome, devices: number, seconds: number): string {
  const counts = Object.entries(changes).map(([operation, count]) => `${operation} ${count}`);
  const what = [`${devices} devices`, ...counts].join(", ");
  return `${errors.length > 0 ? "FAILED " : ""}${stack}: ${what} (${Math.round(seconds)} s)`;
}

function report(command: Command, outcomes: Outcome[], names: string[], isInterrupted: boolean): number {
  const failed = outcomes.filter(({ errors }) => errors.length > 0);
  for (const { stack, errors } of failed) {
    console.error(`\n${stack} failed:\n${errors.map((error) => error.replace(/^/gm, "  ")).join("\n")}`);
  }
  const left = names.length - outcomes.length;
  console.log(
    `\n${outcomes.length - failed.length} of ${names.length} stacks done, ${failed.length} failed, ${left} not begun.` +
      (failed.length + left > 0 ? ` npm run ${command} goes on from here.` : ""),
  );
  return isInterrupted ? 130 : failed.length > 0 ? 1 : 0;
}
