/** The settings of the tests that kill processes at random instants. */
import { randomInt } from "node:crypto";
import { randomNumbers } from "./randomNumbers.js";
import { repetitions } from "./size.js";

/** How many kills in all: 4, or 200 at full size, or as many as KILLS says. */
const kills = repetitions("KILLS", { few: 4, full: 200 });

/** Three of four strike the plugin alone: an engine takes many times as long. */
export const pluginKills = Math.round(0.75 * kills);
export const engineKills = kills - pluginKills;

/** KILLS_SEED=7 makes the same choices again. The progress of the work at the kill still differs. */
export const seed = Number(process.env.KILLS_SEED ?? randomInt(1, 2 ** 31));

/** One kill, as the seed has it. */
export interface Kill<Operation> {
  readonly operation: Operation;
  /** When, as a part of the time that the operation takes. */
  readonly at: number;
  /** A number from 0 to 1, for what else there is to choose. */
  readonly choice: number;
}

/** So many kills, spread over the operations. */
export function drawKills<Operation>(
  count: number,
  operations: readonly Operation[],
): readonly Kill<Operation>[] {
  const random = randomNumbers(seed);
  // Which ones come first is random too: a few kills do not reach all.
  const order = operations
    .map((operation) => ({ operation, place: random() }))
    .sort((one, other) => one.place - other.place);
  return Array.from({ length: count }, (_, index) => ({
    operation: order[index % order.length].operation,
    // A little more than all of it: some come when the work is over.
    at: 1.1 * random(),
    choice: random(),
  }));
}

/** How often what happened. */
export class Tally {
  private readonly counts = new Map<string, number>();

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  toString(): string {
    return [...this.counts]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([what, count]) => `${count} ${what}`)
      .join(", ");
  }
}
