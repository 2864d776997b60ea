/** Returns the current time. A parameter everywhere, so that a test can set the time. */
export type Clock = () => Date;

const dayMs = 24 * 60 * 60 * 1000;

/** A day in UTC: `2026-11-24`. Days compare as strings. */
export type Day = string;

/** Whether a value is a day that exists. */
export function isDay(value: unknown): value is Day {
  const time = typeof value === "string" ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && dayOf(new Date(time)) === value;
}

/** The day of a time. */
export function dayOf(time: Date): Day {
  return time.toISOString().slice(0, 10);
}

/** The last second of a day. */
export function endOf(day: Day): Date {
  return new Date(`${day}T23:59:59Z`);
}

/** The number of days from one day to another. */
export function daysBetween(start: Day, end: Day): number {
  return (Date.parse(end) - Date.parse(start)) / dayMs;
}

/** The day that is a number of days after another. */
export function daysAfter(start: Day, days: number): Day {
  return dayOf(new Date(Date.parse(`${start}T00:00:00Z`) + days * dayMs));
}
