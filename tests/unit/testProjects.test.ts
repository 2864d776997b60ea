import { expect, test } from "vitest";
import emulator from "../../packages/local-azure/vitest.config.mjs";
import root from "../../vitest.config.mjs";

// Vitest refuses to run projects of one group together if they have different numbers of workers.
test("npm run test:all can run the emulator's tests after the product's", () => {
  const groupOf = ({ test }: typeof root) => test?.sequence?.groupOrder ?? 0;

  expect(groupOf(emulator)).toBeGreaterThan(groupOf(root));
});
