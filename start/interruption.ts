import { constants } from "node:os";

/**
 * Aborts when the user wants an end: by Ctrl-C, or by reading no further. A second time ends the process where it is.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (code: number) => {
    if (controller.signal.aborted) {
      process.exit(code);
    }
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupt(128 + constants.signals[signal]));
  }
  process.stdout.on("error", () => controller.abort());
  return controller.signal;
}
