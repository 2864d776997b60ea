import { constants } from "node:os";

/** The run was interrupted. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("Interrupted; everything is taken down again.");
  }
}

/**
 * Aborts, with {@link Interrupted}, when the user wants an end: by Ctrl-C, or by reading no further. A second time ends the
 * process where it is.
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
 * Work that is left alone when the signal aborts, after some time to take down by itself what it has begun.
 *
 * @param patience in ms
 * @throws Interrupted
 */
export async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal, patience: number): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      const settled = work.catch(() => undefined);
      const limit = new Promise((resolve) => setTimeout(resolve, patience));
      void Promise.race([settled, limit]).then(() => reject(signal.reason));
    });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // Whatever came of it after an interruption came of that.
    signal.throwIfAborted();
  }
}
