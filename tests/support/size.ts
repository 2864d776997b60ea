/** Whether the tests run at full size, as `npm run test:all` has them; otherwise a representative part of what repeats itself. */
export const isFullSize = process.env.TEST_SIZE === "full";

/**
 * How many times a test repeats something: what the environment says, or the number for this size.
 *
 * @param variable the environment variable that sets it
 */
export function repetitions(variable: string, { few, full }: { few: number; full: number }): number {
  return Number(process.env[variable] ?? (isFullSize ? full : few));
}
