/** The progress of a run: on a terminal a bar below the lines, elsewhere only the lines. */

/** The output stream, such as `process.stdout`. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const width = 24;
const clearLine = "\r\x1b[2K";

export class Progress {
  private readonly started = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;
  private devicesDone = 0;
  private stacksDone = 0;
  private stacksFailed = 0;

  constructor(
    private readonly screen: Screen,
    private readonly devices: number,
    private readonly stacks: number,
  ) {
    if (screen.isTTY) {
      this.timer = setInterval(() => this.draw(), 250);
    }
  }

  /** Writes a line. */
  say(line: string): void {
    this.screen.write(`${this.screen.isTTY ? clearLine : ""}${line}\n`);
    this.draw();
  }

  /** Starts a stack with this number of devices. */
  begin(devices: number) {
    let done = 0;
    const count = (more: number) => {
      // Pulumi also reports devices that it replaces or deletes.
      const counted = Math.min(more, devices - done);
      done += counted;
      this.devicesDone += counted;
    };
    return {
      onDevice: () => count(1),
      end: (isDone: boolean, line: string) => {
        if (isDone) {
          count(devices);
          this.stacksDone += 1;
        } else {
          this.stacksFailed += 1;
        }
        this.say(
          this.screen.isTTY ? line : `${this.stacksDone + this.stacksFailed} of ${this.stacks}: ${line}`,
        );
      },
    };
  }

  /** Removes the bar. */
  close(): void {
    clearInterval(this.timer);
    if (this.screen.isTTY) {
      this.screen.write(clearLine);
    }
  }

  private draw(): void {
    if (!this.screen.isTTY) {
      return;
    }
    const full = Math.floor((width * this.devicesDone) / Math.max(1, this.devices));
    const seconds = Math.floor((performance.now() - this.started) / 1000);
    const text = [
      `[${"#".repeat(full)}${"-".repeat(width - full)}] ${this.devicesDone} of ${this.devices} devices`,
      `${this.stacksDone} of ${this.stacks} stacks`,
      ...(this.stacksFailed > 0 ? [`${this.stacksFailed} failed`] : []),
      `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
    ].join(", ");
    this.screen.write(`${clearLine}${text.slice(0, (this.screen.columns || 80) - 1)}`);
  }
}
