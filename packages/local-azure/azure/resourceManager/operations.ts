import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Faults } from "../faults.js";
import type { Request, Response } from "../http.js";
import type { OperationEnd, ProvisioningState } from "../state.js";
import { apiVersion } from "./apiVersion.js";
import { describeFailure, notFound } from "./errors.js";
import { OperationAddresses } from "./operationAddress.js";

/** The header that tells a client where to poll: for a status document, or for the result. */
export type Form = "azure-asyncoperation" | "location";

/** How an operation ends, which the start already decides. */
export interface Ending {
  readonly ends: OperationEnd;
  /** Whether its work is done. */
  readonly isDone: boolean;
  /** The HTTP status and the body of the error if the operation does not succeed. */
  readonly failure?: { readonly status: number; readonly body: object };
}

export const success: Ending = { ends: "Succeeded", isDone: true };

/** An operation to start. */
export interface Start {
  /** The resource's path, below which the client polls the operation. */
  readonly resource: string;
  /** The prefix of the operation's name: token, scopeMap or registries. */
  readonly kind: string;
  readonly form: Form;
  /** The response to the request that starts the operation. */
  readonly first: Response;
  /** The status in a status document until the end. */
  readonly runningState: ProvisioningState;
  readonly ending: Ending;
  /** The response at the result's address after a success. Default: 200 without a body. */
  readonly result?: Response;
  /** Called once at the end, before a poll shows the end. */
  readonly end: () => void | Promise<void>;
}

/** A long-running operation, kept for an hour after its end. */
interface Operation extends Start {
  readonly path: string;
  readonly endsAtMs: number;
  readonly ended: Promise<void>;
  isOver: boolean;
}

// Limits the rate of a client that polls without a delay.
const maxHoldMs = 25;
const retentionMs = 60 * 60 * 1000;

/** The operations of one local Azure. */
export class Operations {
  private readonly operations = new Map<string, Operation>();
  private readonly addresses = new OperationAddresses();

  /**
   * @param durationMs duration of every operation; 0: it has ended at the first poll
   * @param retryAfterSeconds Retry-After with the status of an operation in progress; undefined: no header
   */
  constructor(
    private readonly faults: Faults,
    readonly durationMs: number,
    private readonly retryAfterSeconds: number | undefined,
  ) {}

  /** How the operation that a request starts will end. */
  endingOf({ method, url }: Request): Ending {
    const fault = this.faults.takeForOperation(method, url.pathname + url.search);
    if (fault === undefined) {
      return success;
    }
    const { ends, code = "InjectedFault", status = 400, isDone = false } = fault;
    const message = fault.message ?? `An injected fault ended the operation as ${ends} (${code}).`;
    return { ends, isDone, failure: { status, body: describeFailure(code, message, ends) } };
  }

  /** Starts an operation and returns Azure's response to the start. */
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

  /** The response to a poll of the status document, which contains the address for the next poll. */
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
   * The response to a poll of the result. The result is available for an hour, as in Azure: a client that loses the
   * response can request it again.
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
   * The headers for the next poll of a result. Retry-After is omitted below one second: Go's and Python's clients ignore 0
   * and wait for 30 seconds, but read retry-after-ms. JavaScript's client reads seconds only, else uses its own interval.
   */
  private resultRetryAfter({ endsAtMs }: Operation): Record<string, string> {
    const leftMs = Math.min(10_000, Math.max(1, endsAtMs - Date.now()));
    return {
      ...(leftMs >= 1000 && { "retry-after": String(Math.floor(leftMs / 1000)) }),
      "retry-after-ms": String(leftMs),
    };
  }

  private forgetOld(): void {
    const oldestMs = Date.now() - retentionMs;
    for (const [name, { endsAtMs }] of this.operations) {
      if (endsAtMs < oldestMs) {
        this.operations.delete(name);
      }
    }
  }
}
