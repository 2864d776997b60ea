import type { Fault } from "local-azure";
import type { TestEnvironment } from "./testEnvironment.js";
import { until } from "./until.js";

/**
 * Runs something, and restarts the plugin without a chance to clean up once a request gets no answer.
 *
 * @param fault leaves the request without an answer
 * @param run ends with the plugin, or before it if no request meets the fault
 * @returns whether the plugin was killed
 */
export async function killPluginAt(
  environment: TestEnvironment,
  fault: Fault,
  run: () => Promise<unknown>,
): Promise<boolean> {
  const { azure } = environment;
  const since = azure.requests.length;
  azure.faults.add(fault);
  let isOver = false;
  const running = run().finally(() => {
    isOver = true;
  });
  // The error of the run is thrown at its end.
  running.catch(() => undefined);
  await until(() => isOver || azure.requests.slice(since).some(({ status }) => status === null));
  const isKilled = !isOver;
  if (isKilled) {
    await environment.restart({ kill: true });
  }
  await running;
  azure.faults.clear();
  return isKilled;
}
