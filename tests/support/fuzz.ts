import fc from "fast-check";
import { repetitions } from "./size.js";

/**
 * What the generated tests begin with: `FUZZ_SEED=7 npx vitest run tests/validation` makes the same values again, and other ones
 * than the default does.
 */
export const seed = Number(process.env.FUZZ_SEED ?? 1);

/** How many values each generated test takes in all: 500, or 10,000 at full size, or as many as FUZZ_RUNS says. */
export const runs = repetitions("FUZZ_RUNS", { few: 500, full: 10_000 });

/** That many values of a kind, always the same ones for one seed. */
export function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { seed, numRuns });
}

/** Does something with all of them, a number at a time, and says which one it was that failed. */
export async function forEach<T>(
  values: readonly T[],
  atOnce: number,
  check: (value: T) => Promise<void> | void,
): Promise<void> {
  for (let start = 0; start < values.length; start += atOnce) {
    await Promise.all(
      values.slice(start, start + atOnce).map(async (value, index) => {
        try {
          await check(value);
        } catch (error) {
          const what = `value ${start + index} of FUZZ_SEED=${seed}, ${fc.stringify(value).slice(0, 1_000)}`;
          throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
        }
      }),
    );
  }
}
