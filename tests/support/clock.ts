import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const secondsPerDay = 24 * 60 * 60;
const width = 24;

/** A clock that a local Azure and the plugins' processes share, and that a test advances. */
export class SharedClock {
  private offset = 0;
  private elapsed = 0;
  private apart = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), "clock-"));
  private readonly path = join(this.folder, "offset");
  private readonly file = openSync(this.path, "w");

  constructor() {
    this.write();
  }

  /** The time, for `startLocalAzure({ now })`. */
  readonly now = (): Date => new Date(Date.now() + this.offset);

  /** What a process must have in its environment to obey this clock. */
  get environment(): Record<string, string> {
    return {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --require=${JSON.stringify(resolve("tests/support/shiftedDate.cjs"))}`,
      SHIFTED_DATE_FILE: this.path,
    };
  }

  /** Advances by so many days, as if the machine's clock were set. */
  advance(days: number): void {
    this.offset += days * secondsPerDay * 1_000;
    this.write();
  }

  /** Lets so many seconds pass at once, also by the monotonic clock: everything that has a time limit has that much less left. */
  elapse(seconds: number): void {
    this.offset += seconds * 1_000;
    this.elapsed += seconds * 1_000;
    this.write();
  }

  /** Moves to a moment: `2030-01-31T23:59:50Z`. */
  set(moment: string): void {
    this.offset = Date.parse(moment) - Date.now();
    this.write();
  }

  /** Sets the clock of the processes so many days ahead of local Azure's, or behind it. */
  setApart(days: number): void {
    this.apart = days * secondsPerDay * 1_000;
    this.write();
  }

  /** The day in UTC that lies so many days ahead: `2030-01-31`. */
  day(ahead = 0): string {
    return new Date(this.now().getTime() + ahead * secondsPerDay * 1_000).toISOString().slice(0, 10);
  }

  close(): void {
    closeSync(this.file);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(): void {
    const numbers = [this.offset + this.apart, this.elapsed].map((number) => String(number).padEnd(width));
    writeSync(this.file, numbers.join(""), 0);
  }
}
