import { constants } from "node:os";

/** The run was interrupted. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("Interrupted. Everything is removed.");
  }
}

/**
 * Aborts with {@link Interrupted} on Ctrl-C, or when the output is closed. A second Ctrl-C ends the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (exitCode: number) => {
    if (controller.signal.aborted) {
      process.exit(exitCode);
    }
    controller.abort(new Interrupted(exitCode));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupt(128 + constants.signals[signal]));
  }
  process.stdout.on("error", () => controller.abort(new Interrupted(1)));
  return controller.signal;
}

/**
 * Waits for work. If the signal aborts, gives the work some time to remove what it created.
 *
 * @param graceMs how long the work may take after the signal
 * @throws Interrupted
 */
export async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      const settled = work.catch(() => undefined);
      const limit = new Promise((resolve) => setTimeout(resolve, graceMs));
      void Promise.race([settled, limit]).then(() => reject(signal.reason));
    });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // An error after an interruption is a result of the interruption.
    signal.throwIfAborted();
  }
}
