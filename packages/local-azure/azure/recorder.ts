import { closeSync, openSync, writeSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import type { Host, Request, Response } from "./http.js";

/** One request, for tests that count calls. */
export interface RecordedRequest {
  readonly host: Host;
  readonly method: string;
  /** When the request arrived and when the response left, in ms of this process's `performance.now()`. */
  readonly receivedAtMs: number;
  readonly answeredAtMs: number;
  /** Path and query. */
  readonly url: string;
  /** The response's status; null if the client got no response. */
  readonly status: number | null;
  /** Client id of the service principal that sent it; undefined for a request to a registry, which has a token instead. */
  readonly clientId?: string;
}

/** One line of the record file. */
interface RecordLine {
  host: Host;
  method: string;
  url: string;
  request: { headers: IncomingHttpHeaders; body: unknown };
  /** null without a response: the connection was reset, or hangs. */
  status: number | null;
  response: { headers: Readonly<Record<string, string>>; body: unknown } | null;
}

/** Keeps every request and its response: a summary in memory, everything in a file. */
export class Recorder {
  readonly requests: RecordedRequest[] = [];
  private file: number | undefined;

  /** @param path the file to append to; undefined: only the summary is kept */
  constructor(path?: string) {
    this.file = path === undefined ? undefined : openSync(path, "a", 0o600);
  }

  /** Records synchronously, before the response leaves: a client that has the response finds its line in the file. */
  record(host: Host, request: Request, response: Response | undefined): void {
    const { caller, receivedAtMs, method, url } = request;
    const status = response?.status ?? null;
    this.requests.push({
      host,
      method,
      receivedAtMs,
      answeredAtMs: performance.now(),
      url: url.pathname + url.search,
      status,
      ...(caller !== undefined && { clientId: caller }),
    });
    if (this.file === undefined) {
      return;
    }
    const line: RecordLine = {
      host,
      method,
      url: url.href,
      request: { headers: request.headers, body: readable(request.body) },
      status,
      response: response ? { headers: response.headers ?? {}, body: readable(response.body) } : null,
    };
    let rest = Buffer.from(`${JSON.stringify(line)}\n`);
    while (rest.length > 0) {
      rest = rest.subarray(writeSync(this.file, rest));
    }
  }

  close(): void {
    if (this.file !== undefined) {
      closeSync(this.file);
      // The system reuses the number for another file, which a late request must not write to.
      this.file = undefined;
    }
  }
}

/** A body as JSON if it is JSON, else as text, else as {base64}; null if it is empty. */
function readable(body: object | undefined): unknown {
  if (!Buffer.isBuffer(body)) {
    return body ?? null;
  }
  if (body.length === 0) {
    return null;
  }
  const text = body.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(body)) {
    return { base64: body.toString("base64") };
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
