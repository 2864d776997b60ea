/** The clock of this Azure, which writes times in Azure's format. */
export class Clock {
  private fraction = 0;

  constructor(private readonly read: () => Date) {}

  now(): Date {
    return this.read();
  }

  /**
   * The time in Azure's format, such as 2026-11-24T05:31:28.1234567+00:00. The digits below a millisecond are a counter,
   * so that two events in one millisecond have different times, as in Azure.
   */
  stamp(): string {
    this.fraction = (this.fraction + 1) % 10_000;
    return writeTime(this.now(), String(this.fraction).padStart(4, "0"));
  }
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** Parses an RFC 3339 time. Returns undefined for any other text. */
export function parseTime(text: unknown): Date | undefined {
  if (typeof text !== "string" || !rfc3339.test(text)) {
    return undefined;
  }
  // Date parses milliseconds only: truncate finer digits.
  const time = new Date(text.replace(/(\.\d{3})\d+/, "$1").toUpperCase());
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** An RFC 3339 time as Azure returns it: in UTC, with +00:00 for Z, truncated to 100 ns. */
export function normalizeTime(time: string): string {
  const finer = /\.\d{3}(\d+)/.exec(time)?.[1] ?? "";
  return writeTime(parseTime(time) ?? new Date(Number.NaN), finer);
}

/** @param finer the digits after the milliseconds, of which Azure writes four; trailing zeros are omitted */
function writeTime(time: Date, finer: string): string {
  const fraction = `${time.toISOString().slice(20, 23)}${finer.slice(0, 4)}`.replace(/0+$/, "");
  return `${time.toISOString().slice(0, 19)}${fraction && `.${fraction}`}+00:00`;
}
