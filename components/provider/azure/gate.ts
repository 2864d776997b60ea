import { reportProgress } from "./http/progress";
import { heldTooLong, type Patience } from "./patience";

/** What Azure counts by itself (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
type Kind = "reads" | "writes" | "deletes";

/** What an answer tells about the requests that may come. */
export interface Told {
  /** How many more may come now, by Azure's count; undefined where it does not say. */
  readonly left?: number;
  /** In ms: this was one too many, and none is to come before. */
  readonly holdFor?: number;
}

/**
 * In ms after the last request: when the next one goes where Azure says that none is left, which makes a few of them good
 * again; and when it goes although the last ones have not been answered.
 */
const pace = { noneLeft: 250, noAnswer: 1_000 };

/** How many may be under way before anything is known. */
const atFirst = 4;

/**
 * Lets the requests through that go to one subscription with one identity. One that was too many (429) holds back all of
 * them until Azure's Retry-After is over. After that, as in the beginning, few go at once, one more for each answer, and never
 * more than Azure says are left: all at once, most of them would be too many again.
 */
export class Gate {
  /** In ms, by the monotonic clock. */
  private heldUntil = 0;
  private readonly lanes: Record<Kind, Lane> = { reads: new Lane(), writes: new Lane(), deletes: new Lane() };
  private timer: NodeJS.Timeout | undefined;

  /**
   * Sends a request when its turn comes. The time of the work stands still until then.
   *
   * @param send never fails
   * @param told what its outcome tells
   * @throws Error where it would be held back for longer than the work bears
   */
  async pass<T>(
    method: string,
    patience: Patience,
    send: () => Promise<T>,
    told: (outcome: T) => Told,
  ): Promise<T> {
    const lane = this.lanes[kindOf(method)];
    const mustWait = lane.queue.length > 0 || this.waitOf(lane) > 0;
    const begun = mustWait ? await this.turn(lane, patience) : lane.begin();
    const outcome = await send();
    const { left, holdFor } = told(outcome);
    lane.end(begun, left, holdFor !== undefined);
    if (holdFor !== undefined) {
      this.hold(holdFor);
    }
    this.letThrough();
    return outcome;
  }

  /** Waits for a turn, which has then begun. */
  private async turn(lane: Lane, patience: Patience): Promise<Begun> {
    if (!patience.bears(this.heldUntil - performance.now())) {
      throw heldTooLong(patience.limits.held);
    }
    const wait = (signal: AbortSignal) =>
      new Promise<Begun>((resolve, reject) => {
        signal.throwIfAborted();
        const leave = () => {
          signal.removeEventListener("abort", abort);
          lane.queue.splice(lane.queue.indexOf(waiting), 1);
        };
        const refuse = (error: unknown) => {
          leave();
          reject(error);
        };
        const abort = () => refuse(signal.reason);
        const admit = () => {
          leave();
          resolve(lane.begin());
        };
        const waiting = { patience, admit, refuse };
        signal.addEventListener("abort", abort);
        lane.queue.push(waiting);
        this.letThrough();
      });
    return reportProgress(this.words, () => patience.heldBack(wait));
  }

  private readonly words = (seconds: number) => {
    const left = Math.ceil((this.heldUntil - performance.now()) / 1000);
    return left > 0
      ? `Azure wants fewer requests: waiting ${left} s`
      : `Azure wants fewer requests: waiting for a turn (${seconds} s)`;
  };

  private hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + ms);
    for (const { queue } of Object.values(this.lanes)) {
      for (const { patience, refuse } of queue.filter((waiting) => !waiting.patience.bears(ms))) {
        refuse(heldTooLong(patience.limits.held));
      }
    }
  }

  /** Gives everybody a turn who may have one now, and comes back for the others. */
  private readonly letThrough = () => {
    clearTimeout(this.timer);
    const waits: number[] = [];
    for (const lane of Object.values(this.lanes)) {
      while (lane.queue.length > 0 && this.waitOf(lane) === 0) {
        lane.queue[0].admit();
      }
      if (lane.queue.length > 0) {
        waits.push(this.waitOf(lane));
      }
    }
    if (waits.length > 0) {
      this.timer = setTimeout(this.letThrough, Math.min(...waits)).unref();
    }
  };

  /** In ms: how long until the lane lets one through, if nothing else happens. */
  private waitOf(lane: Lane): number {
    const now = performance.now();
    return Math.max(0, Math.max(this.heldUntil, lane.opens) - now);
  }
}

/** One that waits for its turn. */
interface Waiting {
  readonly patience: Patience;
  admit(): void;
  refuse(error: unknown): void;
}

/** What there was when a request began. */
interface Begun {
  /** Which one of its lane it is. */
  readonly nth: number;
  /** How many had been too many until then. */
  readonly refusals: number;
}

/** The requests of one kind, in the order in which they came. */
class Lane {
  readonly queue: Waiting[] = [];
  private lastBegun = 0;
  private underWay = 0;
  /** How many were too many so far. */
  private refusals = 0;
  /** How many may be under way: one more for each answer, and one alone after one that was too many. */
  private atOnce = atFirst;
  /** How many more Azure has said that it takes. */
  private left = Number.POSITIVE_INFINITY;
  private begun = 0;
  /** The last request that told what is left: one that began before it knows less. */
  private toldBy = 0;

  /** When the next one may begin, in ms by the monotonic clock, if no answer comes before. */
  get opens(): number {
    if (this.underWay >= Math.max(1, Math.min(this.atOnce, this.left))) {
      return this.lastBegun + pace.noAnswer;
    }
    return this.left < 1 ? this.lastBegun + pace.noneLeft : 0;
  }

  begin(): Begun {
    this.underWay++;
    this.lastBegun = performance.now();
    return { nth: ++this.begun, refusals: this.refusals };
  }

  end({ nth, refusals }: Begun, left: number | undefined, wasTooMany: boolean): void {
    this.underWay--;
    if (left !== undefined && nth > this.toldBy) {
      this.toldBy = nth;
      this.left = left;
    }
    if (wasTooMany) {
      this.refusals++;
      this.atOnce = 1;
    } else if (refusals === this.refusals) {
      // One that was sent before that tells nothing about what may come now.
      this.atOnce++;
    }
  }
}

function kindOf(method: string): Kind {
  if (method === "DELETE") {
    return "deletes";
  }
  return method === "GET" ? "reads" : "writes";
}
