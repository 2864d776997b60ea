/** What was measured, as it is printed and kept. */
export interface Figure {
  /** What it is, in a few words. */
  readonly what: string;
  /** What it is compared with. */
  readonly against: string;
  /** One for each round: ratios, or numbers of requests. */
  readonly values: readonly number[];
  /** What it must not exceed. */
  readonly goal: number;
  /** What stands behind it, in absolute terms. */
  readonly detail?: string;
}

/** What could not be measured here, and what was missing. */
export interface Omission {
  readonly what: string;
  readonly missing: string;
}

/** A point of the plot: what so many tokens cost. */
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

/** One ratio for each round: what was measured side by side belongs together. */
export function ratios(ours: readonly number[], others: readonly number[]): number[] {
  return ours.map((value, round) => value / (others[round] ?? Number.NaN));
}

/** The figures as a table in Markdown, and below it what was left out. */
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
  const left = omissions.map(({ what, missing }) => `- left out: ${what} (${missing})`);
  return [...lines, "", ...left].join("\n");
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
