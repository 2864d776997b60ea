import { AsyncLocalStorage } from "node:async_hooks";

/** In ms: from which wait on something is shown, and how often it is brought up to date. */
const pace = { first: 2_000, interval: 1_000 };

/** Says what is waited for. @param seconds for how long it has been */
type Words = (seconds: number) => string;

interface Wait {
  readonly words: Words;
  readonly since: number;
}

const shown = new AsyncLocalStorage<Shown>();

/**
 * Does work for one resource, and shows whoever looks on what it waits for, where that takes longer than two seconds:
 * whatever is {@link waitingFor} in it, the innermost of several.
 *
 * @param show shows a message until the next one; the last one is empty
 */
export async function showingWaits<T>(show: (message: string) => void, work: () => Promise<T>): Promise<T> {
  return shown.run(new Shown(show), work);
}

/** Does work that waits for something else than this process, and says so where that takes longer. */
export async function waitingFor<T>(words: Words, work: () => Promise<T>): Promise<T> {
  const mine = shown.getStore();
  return mine === undefined ? work() : mine.during(words, work);
}

/** What one resource waits for. */
class Shown {
  private readonly waits: Wait[] = [];
  private timer: NodeJS.Timeout | undefined;
  private hasSpoken = false;

  constructor(private readonly show: (message: string) => void) {}

  async during<T>(words: Words, work: () => Promise<T>): Promise<T> {
    const wait = { words, since: performance.now() };
    this.waits.push(wait);
    this.timer ??= setTimeout(this.tell, pace.first);
    try {
      return await work();
    } finally {
      this.waits.splice(this.waits.indexOf(wait), 1);
      if (this.waits.length === 0) {
        this.fallSilent();
      }
    }
  }

  private readonly tell = () => {
    const innermost = this.waits[this.waits.length - 1];
    this.hasSpoken = true;
    this.show(innermost.words(Math.floor((performance.now() - innermost.since) / 1000)));
    this.timer = setTimeout(this.tell, pace.interval);
  };

  private fallSilent(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.hasSpoken) {
      this.hasSpoken = false;
      this.show("");
    }
  }
}
