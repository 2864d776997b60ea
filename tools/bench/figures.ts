/** A measured figure, as it is printed and saved. */
export interface Figure {
  /** What was measured, in a few words. */
  readonly what: string;
  /** What the figure is compared with. */
  readonly against: string;
  /** A ratio or a number of requests for each round. */
  readonly values: readonly number[];
  /** The highest value that reaches the goal. */
  readonly goal: number;
  /** The absolute values of both sides. */
  readonly detail?: string;
}

/** A measurement that was skipped, and what it needs. */
export interface Omission {
  readonly what: string;
  readonly missing: string;
}

/** A point of the plot: the time for so many tokens. */
export interface Point {
  readonly tokens: number;
  /** In seconds. */
  readonly unchanged: number;
  readonly without: number;
}

export interface Results {
  readonly machine: string;
  readonly figures: Figure[];
  readonly omissions: Omission[];
  readonly points: Point[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The ratio of each round. */
export function ratios(ours: readonly number[], others: readonly number[]): number[] {
  return ours.map((value, round) => value / (others[round] ?? Number.NaN));
}

/** The figures as a table in Markdown, with the skipped measurements below. */
export function table({ figures, omissions }: Results): string {
  const rows = figures.map(({ what, against, values, goal, detail }) => [
    what,
    against,
    number(Math.min(...values)),
    number(median(values)),
    number(Math.max(...values)),
    number(goal),
    median(values) <= goal ? "yes" : "no",
    detail ?? "",
  ]);
  const head = ["what", "against", "min", "median", "max", "goal", "reached", "in absolute terms"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const skipped = omissions.map(({ what, missing }) => `- skipped: ${what} (${missing})`);
  return [...lines, "", ...skipped].join("\n");
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
