/** Runs the stacks of the fleet, several at the same time. */
import { devicesOf, type Fleet, readFleet, stackNames } from "./fleet";
import { type Command, type Outcome, runStack } from "./oneStack";
import { Progress } from "./progress";

/** How the user interrupts a run. */
export interface Interruption {
  /** No more stacks start; running stacks finish. */
  readonly stop: AbortSignal;
  /** Running stacks are cancelled too. */
  readonly cancel: AbortSignal;
}

/**
 * Runs stacks. A stack that fails does not delay the others; its errors are printed at the end.
 *
 * @returns the exit code: 1 if a stack failed, 130 if the run was interrupted
 */
export async function runFleet(
  command: Command,
  stacks: readonly string[],
  { stop, cancel }: Interruption,
): Promise<number> {
  const fleet = readFleet();
  const counts = new Map(stacks.map((stack) => [stack, deviceCount(stack, fleet)]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const progress = new Progress(process.stdout, total, stacks.length);
  progress.say(
    `${command} of ${total} devices in ${stacks.length} stacks, ${fleet.stacksAtOnce} at the same time`,
  );
  stop.addEventListener("abort", () =>
    progress.say(
      "Interrupted: running stacks finish, and no other starts. Press Ctrl-C again to cancel them.",
    ),
  );
  cancel.addEventListener("abort", () => progress.say("Cancelling the running stacks."));

  const outcomes: Outcome[] = [];
  const waiting = [...stacks];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined && !stop.aborted; name = waiting.shift()) {
      const startedMs = performance.now();
      const devices = counts.get(name) ?? 0;
      const stack = progress.begin(devices);
      const outcome = await runStack(command, name, stack.onDevice, cancel);
      outcomes.push(outcome);
      stack.end(
        outcome.errors.length === 0,
        summary(outcome, devices, (performance.now() - startedMs) / 1000),
      );
      if (command === "preview") {
        for (const [change, names] of outcome.devices) {
          progress.say(`  ${change}: ${names.join(", ")}`);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: fleet.stacksAtOnce }, work));
  progress.close();
  return report(command, outcomes, stacks.length, stop.aborted);
}

/** The devices of a stack; none of a stack of another number, which only `destroy` works on. */
function deviceCount(stack: string, fleet: Fleet): number {
  return stackNames(fleet).includes(stack) ? devicesOf(stack, fleet).length : 0;
}

/** `2-of-4: 6 devices, create 20, same 1 (12 s)`. */
function summary({ stack, changes, errors }: Outcome, devices: number, seconds: number): string {
  const counts = Object.entries(changes).map(([operation, count]) => `${operation} ${count}`);
  const what = [`${devices} devices`, ...counts].join(", ");
  return `${errors.length > 0 ? "FAILED " : ""}${stack}: ${what} (${Math.round(seconds)} s)`;
}

function report(command: Command, outcomes: Outcome[], stacks: number, isInterrupted: boolean): number {
  const failed = outcomes.filter(({ errors }) => errors.length > 0);
  for (const { stack, errors } of failed) {
    console.error(`\n${stack} failed:\n${errors.map((error) => error.replace(/^/gm, "  ")).join("\n")}`);
  }
  const left = stacks - outcomes.length;
  console.log(
    `\n${outcomes.length - failed.length} of ${stacks} stacks done, ${failed.length} failed, ${left} not started.` +
      (failed.length + left > 0 ? ` Run npm run ${command} again to continue.` : ""),
  );
  return isInterrupted ? 130 : failed.length > 0 ? 1 : 0;
}
