import { AsyncLocalStorage } from "node:async_hooks";

/** From which wait on a message is shown, and how often it is updated. */
const firstMessageMs = 2_000;
const updateIntervalMs = 1_000;

/** The message about a wait. @param seconds how long it has lasted */
type Message = (seconds: number) => string;

interface Wait {
  readonly message: Message;
  readonly since: number;
}

const reporter = new AsyncLocalStorage<ProgressReporter>();

/**
 * Runs the work for one resource. A wait in it that takes longer than two seconds, marked by {@link reportProgress}, is shown in
 * the Status column; of nested waits the innermost.
 *
 * @param show shows a message until the next one; an empty one clears it
 */
export function withProgress<T>(show: (message: string) => void, work: () => Promise<T>): Promise<T> {
  return reporter.run(new ProgressReporter(show), work);
}

/** Runs work that waits for something outside of this process, and shows the message if it takes long. */
export function reportProgress<T>(message: Message, work: () => Promise<T>): Promise<T> {
  return reporter.getStore()?.during(message, work) ?? work();
}

/** Shows the waits of one resource. */
class ProgressReporter {
  private readonly waits: Wait[] = [];
  private timer: NodeJS.Timeout | undefined;
  private hasShown = false;

  constructor(private readonly show: (message: string) => void) {}

  async during<T>(message: Message, work: () => Promise<T>): Promise<T> {
    const wait = { message, since: performance.now() };
    this.waits.push(wait);
    this.timer ??= setTimeout(this.update, firstMessageMs);
    try {
      return await work();
    } finally {
      this.waits.splice(this.waits.indexOf(wait), 1);
      if (this.waits.length === 0) {
        this.clear();
      }
    }
  }

  private readonly update = () => {
    const innermost = this.waits[this.waits.length - 1];
    this.hasShown = true;
    this.show(innermost.message(Math.floor((performance.now() - innermost.since) / 1000)));
    this.timer = setTimeout(this.update, updateIntervalMs);
  };

  private clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.hasShown) {
      this.hasShown = false;
      this.show("");
    }
  }
}
