/** Tells the time. A parameter everywhere, so that a test can hold its own. */
export type Clock = () => Date;

const day = 24 * 60 * 60 * 1000;

/** A day on which something happens, in UTC: `2026-11-24`. Days sort as text. */
export type Day = string;

/** The day of a moment. */
export function dayOf(moment: Date): Day {
  return moment.toISOString().slice(0, 10);
}

/** How many days lie between two. */
export function daysBetween(start: Day, end: Day): number {
  return (Date.parse(end) - Date.parse(start)) / day;
}

/** The moment that lies a number of days after another. */
export function addDays(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * day);
}

/** The day that lies a number of days after another. */
export function daysAfter(start: Day, days: number): Day {
  return dayOf(addDays(new Date(`${start}T00:00:00Z`), days));
}
