/** Asks the user before devices lose their tokens. */
import { createInterface } from "node:readline/promises";
import { devicesOf, type Fleet, stackNames } from "./fleet";
import type { Command } from "./oneStack";
import { readStates, stacksWithResources } from "./states";

/**
 * The stacks that a command works on: for `destroy` all with resources, also those of another number of stacks.
 *
 * @param stack the only stack to work on
 * @throws Error if the fleet has no such stack, or if there are stacks of another number
 */
export async function stacksFor(command: Command, fleet: Fleet, stack?: string): Promise<string[]> {
  const existing = await stacksWithResources();
  const names = stackNames(fleet);
  if (command === "destroy") {
    return existing.filter((name) => stack === undefined || name === stack);
  }
  const other = existing.find((name) => !names.includes(name));
  if (other !== undefined) {
    throw new Error(
      `fleet.json has ${fleet.stacks} stacks, but the stack ${other} exists: its devices would be in two stacks. ` +
        "Set the number back, or run npm run destroy first.",
    );
  }
  if (stack !== undefined) {
    devicesOf(stack, fleet);
  }
  return names.filter((name) => stack === undefined || name === stack);
}

/** The devices that have a token in these stacks, and that a command deletes. */
export async function devicesToDelete(
  command: Command,
  fleet: Fleet,
  stacks: readonly string[],
): Promise<string[]> {
  const existing = await stacksWithResources();
  const states = await readStates(stacks.filter((name) => existing.includes(name)));
  const isListed = (device: string, stack: string) => devicesOf(stack, fleet).includes(device);
  return states
    .filter(({ device, stack }) => command === "destroy" || !isListed(device, stack))
    .map(({ device }) => device);
}

/**
 * Asks whether the tokens of these devices may be deleted.
 *
 * @throws Error without a terminal to ask on, or if the answer is no
 */
export async function confirmDeletions(devices: readonly string[]): Promise<void> {
  if (devices.length === 0) {
    return;
  }
  const what = `This deletes the tokens of ${devices.length} devices, which then cannot log in: ${devices.join(", ")}`;
  if (!process.stdin.isTTY) {
    throw new Error(`${what}\nNothing was changed. To go ahead, add -- --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${what}\nContinue? (yes/no) `);
  terminal.close();
  if (answer.trim().toLowerCase() !== "yes") {
    throw new Error("Nothing was changed.");
  }
}
