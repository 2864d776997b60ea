import { randomUUID } from "node:crypto";
import type { Host, Response } from "./http.js";

/** The requests that a fault affects: those that match every given condition. */
interface FaultScope {
  /** HTTP method; default: any. */
  method?: string;
  /** Matches path and query, such as `/subscriptions/…/tokens/t?api-version=…`; default: any. */
  path?: RegExp;
  /** Default: the resource manager, the authority, and every registry and vault. */
  host?: Host;
  /** How many requests the fault affects; Infinity for every request. Default 1. */
  times?: number;
}

/** A fault to inject. */
export type Fault = FaultScope &
  (
    | {
        /** Returns this response without doing the work. */
        kind: "answer";
        status: number;
        /** Azure's error code; default "InjectedFault". */
        code?: string;
        message?: string;
        /** The Retry-After header in seconds; default: no such header. */
        retryAfterSeconds?: number;
        /** More headers, by names in lower case, such as `location`. */
        headers?: Record<string, string>;
      }
    | AlterFault
    /** Resets the connection before doing the work. */
    | { kind: "reset" }
    /** Does the work, then resets the connection: the response is lost. */
    | { kind: "lose" }
    /** Never responds; the connection stays open until close(). Does the work if isDone is true; default false. */
    | { kind: "hang"; isDone?: boolean }
    /** Delays the request by this many milliseconds, then handles it as usual. */
    | { kind: "delay"; milliseconds: number }
    | OperationFault
  );

/** Does the work and changes the response. */
export interface AlterFault {
  kind: "alter";
  /** Default: unchanged. */
  status?: number;
  /** Headers that replace those of the same names; names are in lower case. */
  headers?: Record<string, string>;
  /** Returns the new body; default: unchanged. */
  body?: (body: string) => string | Buffer;
  /** Whether to send only the first half of the body and then reset the connection. Default false. */
  isCut?: boolean;
}

/**
 * Accepts the request and starts its long-running operation, which then fails or is canceled. Affects only requests that
 * start an operation, in addition to any other fault. The resource keeps the final state as its provisioningState.
 */
export interface OperationFault {
  kind: "operation";
  ends: "Failed" | "Canceled";
  /** Azure's error code in the operation's response; default "InjectedFault". */
  code?: string;
  message?: string;
  /** HTTP status of the response if the client polls for a result instead of a status document. Default 400. */
  status?: number;
  /** Whether the work is done nevertheless. Default false: a new resource exists, but does not work. */
  isDone?: boolean;
}

/** The injected faults that have requests left to affect. */
export class Faults {
  private pending: { fault: Fault; remaining: number }[] = [];

  /** Adds a fault. If several faults match one request, only the fault that was added first affects it. */
  add(fault: Fault): void {
    this.pending.push({ fault, remaining: fault.times ?? 1 });
  }

  /** Removes every fault. */
  clear(): void {
    this.pending = [];
  }

  /** Returns the fault that affects this request, and counts the use; undefined if there is none. */
  take(host: Host, method: string, path: string): RequestFault | undefined {
    return this.takeFirst(isRequestFault, host, method, path);
  }

  /** Returns the fault that affects the operation that a request starts, and counts the use. */
  takeForOperation(method: string, path: string): OperationFault | undefined {
    return this.takeFirst(isOperationFault, "resourceManager", method, path);
  }

  private takeFirst<Kind extends Fault>(
    isOfKind: (fault: Fault) => fault is Kind,
    host: Host,
    method: string,
    path: string,
  ): Kind | undefined {
    const entry = this.pending.find(
      ({ fault, remaining }) => remaining > 0 && isOfKind(fault) && matches(fault, host, method, path),
    );
    if (entry === undefined) {
      return undefined;
    }
    entry.remaining--;
    this.pending = this.pending.filter(({ remaining }) => remaining > 0);
    return entry.fault as Kind;
  }
}

type RequestFault = Exclude<Fault, OperationFault>;

function isRequestFault(fault: Fault): fault is RequestFault {
  return fault.kind !== "operation";
}

function isOperationFault(fault: Fault): fault is FaultScope & OperationFault {
  return fault.kind === "operation";
}

function matches(fault: Fault, host: Host, method: string, path: string): boolean {
  return (
    (fault.host === undefined || fault.host === host) &&
    (fault.method === undefined || fault.method.toUpperCase() === method) &&
    // search, not test: a pattern with the g flag keeps the index of its last match.
    (fault.path === undefined || path.search(fault.path) >= 0)
  );
}

/** The response of a fault of kind "answer", in the error form of the affected service. */
export function faultResponse(fault: Extract<Fault, { kind: "answer" }>, host: Host): Response {
  const code = fault.code ?? "InjectedFault";
  const message =
    fault.message ?? `An injected fault returned this response without doing the work (${code}).`;
  const bodies: Record<Host, object> = {
    resourceManager: { error: { code, message } },
    authority: { error: code, error_description: message },
    registry: { errors: [{ code, message }] },
    vault: { error: { code, message } },
  };
  return {
    status: fault.status,
    headers: {
      ...(host === "resourceManager" && { "x-ms-request-id": randomUUID() }),
      ...(fault.retryAfterSeconds !== undefined && { "retry-after": String(fault.retryAfterSeconds) }),
      ...fault.headers,
    },
    body: bodies[host],
  };
}

/** The response of a fault of kind "alter", made from the response without the fault. */
export function alteredResponse(
  { status, headers, body }: AlterFault,
  response: Response & { body?: Buffer },
) {
  const before = response.body ?? Buffer.alloc(0);
  const bytes = body === undefined ? before : Buffer.from(body(before.toString("utf8")) as string);
  return {
    status: status ?? response.status,
    headers: { ...response.headers, "content-length": String(bytes.length), ...headers },
    body: bytes,
  };
}
