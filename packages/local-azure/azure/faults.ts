import { randomUUID } from "node:crypto";
import type { Host, Response } from "./http.js";

/** Which requests a fault strikes: every condition that is given must hold. */
interface FaultScope {
  /** HTTP method; default: any. */
  method?: string;
  /** Tested against path and query, such as `/subscriptions/…/tokens/t?api-version=…`; default: any. */
  path?: RegExp;
  /** Default: resource manager, authority and every registry and vault alike. */
  host?: Host;
  /** How many requests it strikes before it is used up; Infinity for every one. Default 1. */
  times?: number;
}

/** What goes wrong. */
export type Fault = FaultScope &
  (
    | {
        /** Answers this without doing the work. */
        kind: "answer";
        status: number;
        /** Azure's error code; default "InjectedFault". */
        code?: string;
        message?: string;
        /** Seconds, sent as Retry-After; default: no such header. */
        retryAfterSeconds?: number;
        /** Sent besides, by names in lower case, such as `location`. */
        headers?: Record<string, string>;
      }
    | AlterFault
    /** Resets the connection before doing the work. */
    | { kind: "reset" }
    /** Does the work, then resets the connection instead of answering: the answer is lost. */
    | { kind: "lose" }
    /** Never answers; the connection stays open until close(). The work is done where isDone says so; default false. */
    | { kind: "hang"; isDone?: boolean }
    /** Waits this many milliseconds, then goes on as if nothing were wrong. */
    | { kind: "delay"; milliseconds: number }
    | OperationFault
  );

/** Does the work, and answers otherwise than it would have. */
export interface AlterFault {
  kind: "alter";
  /** Default: as it was. */
  status?: number;
  /** Sent in the place of those of the same names, which are in lower case. */
  headers?: Record<string, string>;
  /** What becomes of the body, which is text; default: as it was. */
  body?: (body: string) => string | Buffer;
  /** Sends the first half of the body alone, and resets the connection. Default false. */
  isCut?: boolean;
}

/**
 * Accepts the request and starts its long-running operation, which then ends so. It strikes no request but one that starts
 * an operation, and may do so besides another fault. A resource that was to be created or changed is left in that state.
 */
export interface OperationFault {
  kind: "operation";
  ends: "Failed" | "Canceled";
  /** Azure's error code in the operation's answer; default "InjectedFault". */
  code?: string;
  message?: string;
  /** HTTP status of the answer where a result is polled for, and not a status document. Default 400. */
  status?: number;
  /** Whether the work is done all the same. Default false: only what is to be created is there, and of no use. */
  isDone?: boolean;
}

/** The faults that wait for a request to strike. */
export class Faults {
  private pending: { fault: Fault; left: number }[] = [];

  /** Adds a fault. Where several fit one request, the one that was added first strikes, alone. */
  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  /** Removes every fault that is left. */
  clear(): void {
    this.pending = [];
  }

  /** The fault that strikes this request, now used once more; undefined for a request that goes well. */
  take(host: Host, method: string, path: string): RequestFault | undefined {
    return this.takeFirst(isRequestFault, host, method, path);
  }

  /** The same for the operation that a request starts. */
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
      ({ fault, left }) => left > 0 && isOfKind(fault) && strikes(fault, host, method, path),
    );
    if (entry === undefined) {
      return undefined;
    }
    entry.left--;
    this.pending = this.pending.filter(({ left }) => left > 0);
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

function strikes(fault: Fault, host: Host, method: string, path: string): boolean {
  return (
    (fault.host === undefined || fault.host === host) &&
    (fault.method === undefined || fault.method.toUpperCase() === method) &&
    // search, not test: a pattern with the g flag remembers where it last matched.
    (fault.path === undefined || path.search(fault.path) >= 0)
  );
}

/** The answer of a fault of kind "answer", in the error form of the service that it strikes. */
export function faultResponse(fault: Extract<Fault, { kind: "answer" }>, host: Host): Response {
  const code = fault.code ?? "InjectedFault";
  const message = fault.message ?? `This answer was injected instead of doing the work (${code}).`;
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

/** The answer of a fault of kind "alter", made of the one that went over the wire without it. */
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
