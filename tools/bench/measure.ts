import type { Figure, Omission, Point } from "./figures";

/** What a measurement is told. */
export interface Settings {
  /** How many rounds each comparison has; in each, both sides take their turn. */
  readonly rounds: number;
  /** Whether a Pulumi CLI is on PATH. */
  readonly hasCli: boolean;
  /** Says what goes on. */
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
