/** The measurements of `npm run bench` that start the plugin, with small numbers. */
import { expect, it } from "vitest";
import { heldAfter } from "../../tools/bench/memory";
import { startTimes } from "../../tools/bench/pluginStart";

it.skipIf(process.platform !== "linux")(
  "the bench measures the plugin's memory after each number of tokens, without garbage less than with it",
  async () => {
    const held = await heldAfter([1, 3]);
    expect(held).toHaveLength(2);
    for (const { needed, inRam } of held) {
      expect(needed).toBeGreaterThan(1);
      expect(needed).toBeLessThan(inRam);
    }
  },
);

it("the bench measures how long the plugin and an empty one take to start", async () => {
  const { mine, others } = await startTimes(2);
  expect(mine).toHaveLength(2);
  expect(others).toHaveLength(2);
  expect(Math.min(...mine, ...others)).toBeGreaterThan(0);
});
