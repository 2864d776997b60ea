import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something that another process or connection brings about; throws where it takes longer than 10 s. */
export async function until(condition: () => boolean): Promise<void> {
  for (const started = performance.now(); !condition(); await sleep(10)) {
    if (performance.now() - started > 10_000) {
      throw new Error("it did not happen within 10 s");
    }
  }
}
