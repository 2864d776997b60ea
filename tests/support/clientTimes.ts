import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A request that was sent or answered, as its process recorded it. */
type Noted = { at: number } & (
  | { sent: string; answered?: undefined }
  | { sent?: undefined; answered: string; status: number; retryAfter: number }
);

/** When the processes of a test sent their requests and had the answers: no matter how long those were on their way. */
export class ClientTimes {
  private readonly folder = mkdtempSync(join(tmpdir(), "times-"));
  private readonly file = join(this.folder, "times");

  constructor() {
    this.forget();
  }

  /** What a process must have in its environment, its own NODE_OPTIONS among it. */
  environment(options = ""): Record<string, string> {
    const module = JSON.stringify(resolve("tests/support/clientTimes.cjs"));
    return { NODE_OPTIONS: `${options} --require=${module}`, CLIENT_TIMES_FILE: this.file };
  }

  /** Starts again: a process counts from its own start. */
  forget(): void {
    writeFileSync(this.file, "");
  }

  /**
   * How many requests under /subscriptions were sent, those of them that were sent while an answer had said that none was to
   * be, and how many such answers there were.
   */
  manners(): { sent: number; early: string[]; refusals: number } {
    const noted = readFileSync(this.file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Noted);
    const refusals = noted.flatMap((one) => (one.answered && one.status === 429 ? [one] : []));
    const sent = noted.flatMap(({ sent, at }) => (sent?.includes(" /subscriptions/") ? [{ sent, at }] : []));
    const early = sent.filter(({ at }) =>
      refusals.some((one) => at > one.at && at < one.at + 1000 * one.retryAfter),
    );
    return { sent: sent.length, early: early.map((one) => one.sent), refusals: refusals.length };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
