/** The measurements of `npm run bench` that start the plugin, with small numbers. */
import { expect, it } from "vitest";
import { memoryAfter } from "../../tools/bench/memory";
import { startTimes } from "../../tools/bench/pluginStart";

it.skipIf(process.platform !== "linux")(
  "the bench measures the plugin's heap and process in RAM after each number of tokens",
  async () => {
    const memory = await memoryAfter([1, 3]);
    expect(memory).toHaveLength(2);
    for (const { heap, inRam } of memory) {
      expect(heap).toBeGreaterThan(1);
      expect(heap).toBeLessThan(inRam);
    }
  },
);

it("the bench measures the start of the plugin and of an empty plugin", async () => {
  const { mine, others } = await startTimes(2);
  expect(mine).toHaveLength(2);
  expect(others).toHaveLength(2);
  expect(Math.min(...mine, ...others)).toBeGreaterThan(0);
});
