/** An output of the program. */
export interface StackOutput {
  readonly value: unknown;
  readonly secret: boolean;
}

/** The result of running the program. */
export interface Deployment {
  readonly outputs: Readonly<Record<string, StackOutput>>;
  /** Removes what was created, and the processes and files behind it. */
  destroy(): Promise<void>;
}

/** The program's configuration in a run against a local Azure: the keys without the project's name. */
export type Configuration = Readonly<Record<string, string>>;
