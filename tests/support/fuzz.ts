import fc from "fast-check";
import { repetitions } from "./size.js";

/**
 * The seed of the generated tests: `FUZZ_SEED=7 npx vitest run tests/validation` generates other values than the default, the
 * same values each time.
 */
export const seed = Number(process.env.FUZZ_SEED ?? 1);

/** How many values each generated test checks: 500, or 10,000 at full size, or as many as FUZZ_RUNS says. */
export const runs = repetitions("FUZZ_RUNS", { few: 500, full: 10_000 });

/** So many values of an arbitrary, always the same values for one seed. */
export function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { seed, numRuns });
}

/** Checks all values, at most `maxConcurrency` in parallel. An error names the value that failed. */
export async function forEach<T>(
  values: readonly T[],
  maxConcurrency: number,
  check: (value: T) => Promise<void> | void,
): Promise<void> {
  for (let start = 0; start < values.length; start += maxConcurrency) {
    await Promise.all(
      values.slice(start, start + maxConcurrency).map(async (value, index) => {
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
