import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Faults } from "../faults.js";
import type { Request, Response } from "../http.js";
import type { OperationEnd, ProvisioningState } from "../state.js";
import { apiVersion } from "./apiVersion.js";
import { describeFailure, notFound } from "./errors.js";
import { OperationAddresses } from "./operationAddress.js";

/** How a client learns of the end: by a status document, or by the address of the result. */
export type Form = "azure-asyncoperation" | "location";

/** How an operation ends, which is known when it begins. */
export interface Ending {
  readonly ends: OperationEnd;
  /** Whether its work is done. */
  readonly isDone: boolean;
  /** Why it does not succeed, and the HTTP status of that. */
  readonly failure?: { readonly status: number; readonly body: object };
}

export const success: Ending = { ends: "Succeeded", isDone: true };

/** What is started. */
export interface Start {
  /** The resource's path, under which the operation is polled. */
  readonly resource: string;
  /** What the operation's name begins with: token, scopeMap or registries. */
  readonly kind: string;
  readonly form: Form;
  /** What the client is told at once. */
  readonly first: Response;
  /** What a status document says until the end. */
  readonly runningState: ProvisioningState;
  readonly ending: Ending;
  /** What the result's address answers once it has succeeded. Default: 200 without a body. */
  readonly result?: Response;
  /** Done at its end: once, and before anybody can see that it is over. */
  readonly end: () => void | Promise<void>;
}

/** A long-running operation, from its first answer until well after its end. */
interface Operation extends Start {
  readonly path: string;
  readonly endsAtMs: number;
  readonly ended: Promise<void>;
  isOver: boolean;
}

// A client that polls without a pause of its own is slowed down to this.
const maxHoldMs = 25;
const retentionMs = 60 * 60 * 1000;

/** The operations of one local Azure. */
export class Operations {
  private readonly operations = new Map<string, Operation>();
  private readonly addresses = new OperationAddresses();

  /**
   * @param duration milliseconds that every operation takes; 0 for one that is done when its first poll comes
   * @param askAgainAfter seconds, sent with the status of an operation under way; undefined: not a word of it
   */
  constructor(
    private readonly faults: Faults,
    readonly durationMs: number,
    private readonly retryAfterSeconds: number | undefined,
  ) {}

  /** How the operation that a request is about to start is going to end. */
  endingOf({ method, url }: Request): Ending {
    const fault = this.faults.takeForOperation(method, url.pathname + url.search);
    if (fault === undefined) {
      return success;
    }
    const { ends, code = "InjectedFault", status = 400, isDone = false } = fault;
    const message = fault.message ?? `The operation was made to end as ${ends} (${code}).`;
    return { ends, isDone, failure: { status, body: describeFailure(code, message, ends) } };
  }

  /** Starts an operation and answers as Azure does when it has started. */
  start(request: Request, start: Start): Response {
    this.forgetOld();
    const { form, first, kind, resource } = start;
    const collection = form === "location" ? "operationResults" : "operationStatuses";
    const name = `${kind}-${randomUUID()}`;
    const operation: Operation = {
      ...start,
      path: `${resource}/${collection}/${name}`,
      endsAtMs: Date.now() + this.durationMs,
      ended: this.after(async () => {
        await start.end();
        operation.isOver = true;
      }),
      isOver: false,
    };
    this.operations.set(name, operation);
    const wait =
      form === "location"
        ? { "retry-after": "1", ...this.resultRetryAfter(operation) }
        : this.retryAfterHeader();
    return { ...first, headers: { ...first.headers, ...this.address(request, operation), ...wait } };
  }

  /** Answers a poll of a status document, which says again where to poll. */
  async status(request: Request, name: string): Promise<Response> {
    const operation = await this.find(request, name);
    const { ending, isOver, runningState } = operation;
    const address = this.address(request, operation);
    if (!isOver) {
      return {
        status: 200,
        headers: { ...address, ...this.retryAfterHeader() },
        body: { status: runningState },
      };
    }
    return { status: 200, headers: address, body: ending.failure?.body ?? { status: ending.ends } };
  }

  /**
   * Answers a poll of a result. It stays for an hour, as in Azure: a client that loses the answer can ask for it again.
   */
  async result(request: Request, name: string): Promise<Response> {
    const operation = await this.find(request, name);
    const { ending, isOver, result = { status: 200 } } = operation;
    if (!isOver) {
      return {
        status: 202,
        headers: { ...this.address(request, operation), ...this.resultRetryAfter(operation) },
      };
    }
    return ending.failure ?? result;
  }

  private async after(end: () => Promise<void>): Promise<void> {
    if (this.durationMs > 0) {
      await sleep(this.durationMs, undefined, { ref: false });
    }
    await end();
  }

  private async find({ url }: Request, name: string): Promise<Operation> {
    const operation = this.operations.get(name);
    if (operation === undefined || !this.addresses.isOurs(url)) {
      throw notFound(name, "OperationNotFound", `The operation '${name}' could not be found.`);
    }
    await Promise.race([operation.ended, sleep(maxHoldMs, undefined, { ref: false })]);
    return operation;
  }

  private address(request: Request, { form, path }: Operation): Record<string, string> {
    return { [form]: this.addresses.write(request.url.origin, path, apiVersion(request)) };
  }

  private retryAfterHeader(): Record<string, string> {
    return this.retryAfterSeconds === undefined ? {} : { "retry-after": String(this.retryAfterSeconds) };
  }

  /**
   * When to poll for a result again. In seconds only where there is a whole one to wait, and never 0: Go's and Python's
   * clients take that for no answer and wait for 30. They read milliseconds; JavaScript's does not, and then keeps its
   * own interval.
   */
  private resultRetryAfter({ endsAtMs }: Operation): Record<string, string> {
    const left = Math.min(10_000, Math.max(1, endsAtMs - Date.now()));
    return {
      ...(left >= 1000 && { "retry-after": String(Math.floor(left / 1000)) }),
      "retry-after-ms": String(left),
    };
  }

  private forgetOld(): void {
    const oldest = Date.now() - retentionMs;
    for (const [name, { endsAtMs }] of this.operations) {
      if (endsAtMs < oldest) {
        this.operations.delete(name);
      }
    }
  }
}
