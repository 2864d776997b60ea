/** Tells the time of this Azure, and writes it as Azure does. */
export class Clock {
  private fraction = 0;

  constructor(private readonly read: () => Date) {}

  now(): Date {
    return this.read();
  }

  /**
   * The time as Azure writes it, such as 2026-11-24T05:31:28.123456+00:00. The microseconds count up, so that two
   * things that happen in one millisecond have different times, as they would in Azure.
   */
  stamp(): string {
    this.fraction = (this.fraction + 1) % 1000;
    const micros = String(this.fraction).padStart(3, "0");
    return this.now().toISOString().replace("Z", `${micros}+00:00`);
  }
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** The time that an RFC 3339 text says; undefined for any other text. */
export function parseTime(text: unknown): Date | undefined {
  if (typeof text !== "string" || !rfc3339.test(text)) {
    return undefined;
  }
  // Date reads milliseconds; finer digits are cut off.
  const time = new Date(text.replace(/(\.\d{3})\d+/, "$1").toUpperCase());
  return Number.isNaN(time.getTime()) ? undefined : time;
}
