/** An output of the program. */
export interface StackOutput {
  readonly value: unknown;
  readonly secret: boolean;
}

/** The program, having run. */
export interface Deployment {
  readonly outputs: Readonly<Record<string, StackOutput>>;
  /** Takes down what was created, and what was needed for it. */
  destroy(): Promise<void>;
}

/** The program's configuration in a run against a local Azure: the keys without the project's name. */
export type Configuration = Readonly<Record<string, string>>;
