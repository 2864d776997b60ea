import type { Figure, Omission, Point } from "./figures";

/** The settings of a measurement. */
export interface Settings {
  /** The number of rounds of each comparison. Each round measures both sides. */
  readonly rounds: number;
  /** Whether a Pulumi CLI is on PATH. */
  readonly hasCli: boolean;
  /** Prints the progress. */
  readonly say: (line: string) => void;
}

export interface Measured {
  readonly figures?: Figure[];
  readonly omissions?: Omission[];
  readonly points?: Point[];
}

/** One thing to measure. */
export interface Measurement {
  /** A short name, to run it alone. */
  readonly name: string;
  readonly needsCli: boolean;
  run(settings: Settings): Promise<Measured>;
}
