import { randomNumbers } from "../../support/randomNumbers.js";

/** Random choices, the same for the same seed, and counts of what they led to. */
export class Choices {
  /** How often each event happened, to show that a walk reached it. */
  readonly counts: Record<string, number> = {};
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  int(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)];
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  weighted<Kind extends string>(weights: Record<Kind, number>): Kind {
    const entries = Object.entries(weights) as [Kind, number][];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [kind, weight] of entries) {
      left -= weight;
      if (left < 0) {
        return kind;
      }
    }
    return entries[0][0];
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
