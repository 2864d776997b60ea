import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something that another process or connection brings about; throws if it takes longer than a minute. */
export async function until(condition: () => boolean): Promise<void> {
  for (const started = performance.now(); !condition(); await sleep(10)) {
    if (performance.now() - started > 60_000) {
      throw new Error("it did not happen within a minute");
    }
  }
}
