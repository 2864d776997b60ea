import { setTimeout as sleep } from "node:timers/promises";

/** A client of a registry that logs in continuously, and records when the registry refused it. */
export class Watch {
  logins = 0;
  /** When it was refused, by the time since it began, in ms. */
  readonly refused: number[] = [];
  private isOver = false;
  private readonly watching: Promise<void>;

  /** @param logIn tries it once */
  constructor(private readonly logIn: () => Promise<boolean>) {
    this.watching = this.watch();
  }

  /** Tries once more, and ends. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    const started = performance.now();
    for (let isLast = false; !isLast; await sleep(5)) {
      isLast = this.isOver;
      const asked = performance.now() - started;
      if (!(await this.logIn())) {
        this.refused.push(asked);
      }
      this.logins++;
    }
  }
}
