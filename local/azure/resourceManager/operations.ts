import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Request } from "../http.js";
import { apiVersion } from "./apiVersion.js";
import { AzureError } from "./errors.js";

/** A long-running operation, from its first answer until well after its end. */
interface Operation {
  readonly endsAt: number;
  readonly ended: Promise<void>;
  done: boolean;
  /** What its Location answers once it is done. */
  readonly result: Answer;
}

/** How a client learns of the end: by a status document, or by the address of the result. */
export type Form = "azure-asyncoperation" | "location";

// A client that polls without a pause of its own is slowed down to this.
const longestHold = 25;
const remembered = 60 * 60 * 1000;

/** The operations of one local Azure. */
export class Operations {
  private readonly operations = new Map<string, Operation>();

  /** @param duration milliseconds that every operation takes; 0 for one that is done when its first poll comes. */
  constructor(private readonly duration: number) {}

  /**
   * Starts an operation and answers as Azure does when it has started.
   * @param base the resource's path, under which the operation is polled
   * @param end done at its end: once, and before anybody can see that it is over
   */
  start(
    request: Request,
    base: string,
    form: Form,
    first: Answer,
    result: Answer,
    end: () => void | Promise<void>,
  ): Answer {
    this.forgetOld();
    const id = randomUUID();
    const operation: Operation = {
      endsAt: Date.now() + this.duration,
      ended: this.after(async () => {
        await end();
        operation.done = true;
      }),
      done: false,
      result,
    };
    this.operations.set(id, operation);
    const collection = form === "location" ? "operationResults" : "operationStatuses";
    const address = `${request.url.origin}${base}/${collection}/${id}?api-version=${apiVersion(request)}`;
    return { ...first, headers: { ...first.headers, [form]: address, ...this.firstRetryAfter(operation) } };
  }

  /** Answers a poll of a status document. */
  async status(id: string): Promise<Answer> {
    const operation = await this.find(id);
    return operation.done
      ? { status: 200, body: { status: "Succeeded" } }
      : { status: 200, headers: this.retryAfter(operation), body: { status: "InProgress" } };
  }

  /**
   * Answers a poll of a result. It stays for an hour, as in Azure: whoever loses the answer can ask for it again.
   */
  async result(request: Request, id: string): Promise<Answer> {
    const operation = await this.find(id);
    return operation.done
      ? operation.result
      : { status: 202, headers: { location: request.url.href, ...this.retryAfter(operation) } };
  }

  private async after(end: () => Promise<void>): Promise<void> {
    if (this.duration > 0) {
      await sleep(this.duration, undefined, { ref: false });
    }
    await end();
  }

  private async find(id: string): Promise<Operation> {
    const operation = this.operations.get(id);
    if (operation === undefined) {
      throw new AzureError(404, "OperationNotFound", `The operation '${id}' could not be found.`);
    }
    await Promise.race([operation.ended, sleep(longestHold, undefined, { ref: false })]);
    return operation;
  }

  private firstRetryAfter(operation: Operation): Record<string, string> {
    return { "retry-after": "1", ...this.retryAfter(operation) };
  }

  /**
   * When to poll again. In seconds only where there is a whole one to wait, and never 0: Go's and Python's clients take
   * that for no answer and wait for 30. They read milliseconds; JavaScript's does not, and then keeps its own interval.
   */
  private retryAfter({ endsAt }: Operation): Record<string, string> {
    const left = Math.min(10_000, Math.max(1, endsAt - Date.now()));
    return {
      ...(left >= 1000 && { "retry-after": String(Math.floor(left / 1000)) }),
      "retry-after-ms": String(left),
    };
  }

  private forgetOld(): void {
    const oldest = Date.now() - remembered;
    for (const [id, { endsAt }] of this.operations) {
      if (endsAt < oldest) {
        this.operations.delete(id);
      }
    }
  }
}
