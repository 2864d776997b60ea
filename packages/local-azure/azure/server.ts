import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Certificate } from "./certificate.js";
import { alteredResponse, type Faults, faultResponse } from "./faults.js";
import type { Handler, Host, Request, Response } from "./http.js";
import type { Recorder } from "./recorder.js";

/** The state that all listeners of one local Azure share. */
export interface ServerContext {
  readonly certificate: Certificate;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** Delay of every response in milliseconds. */
  readonly latencyMs: number;
  /** Returns the time for the Date header of every response. */
  readonly now: () => Date;
}

/** A server that listens on loopback. */
export interface Listener {
  /** Host and port, such as 127.0.0.1:40123. */
  readonly address: string;
  /** Closes open connections. A second call has no effect. */
  close(): Promise<void>;
}

/** Returns the client id of the service principal that sends a request. */
export type CallerOf = (request: Request) => string | undefined;

/** Starts an HTTPS server on loopback, at a port that the system chooses. */
export async function startListener(
  host: Host,
  handler: Handler,
  serverContext: ServerContext,
  callerOf: CallerOf = () => undefined,
): Promise<Listener> {
  const { key, certificate } = serverContext.certificate;
  const server = createServer({ key, cert: certificate }, (incoming, outgoing) => {
    // A failure here is one of the connection: the client disconnected, or sent an invalid request.
    serve(host, handler, serverContext, callerOf, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      closed ??= new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function serve(
  host: Host,
  handler: Handler,
  { faults, recorder, latencyMs, now }: ServerContext,
  callerOf: CallerOf,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const received = await readRequest(incoming);
  const request = { ...received, caller: callerOf(received) };
  const fault = faults.take(host, request.method, request.url.pathname + request.url.search);
  const waitMs = latencyMs + (fault?.kind === "delay" ? fault.milliseconds : 0);
  if (waitMs > 0) {
    await sleep(waitMs);
  }
  if (fault?.kind === "reset" || fault?.kind === "hang") {
    if (fault.kind === "hang" && fault.isDone) {
      await safely(handler, request);
    }
    recorder.record(host, request, undefined);
    if (fault.kind === "reset") {
      incoming.socket.destroy();
    }
    return;
  }
  const unaltered = complete(
    fault?.kind === "answer" ? faultResponse(fault, host) : await safely(handler, request),
    request,
    now(),
  );
  const response = fault?.kind === "alter" ? alteredResponse(fault, unaltered) : unaltered;
  if (fault?.kind === "lose") {
    recorder.record(host, request, undefined);
    incoming.socket.destroy();
    return;
  }
  recorder.record(host, request, response);
  outgoing.writeHead(response.status, response.headers);
  if (fault?.kind === "alter" && fault.isCut) {
    outgoing.write(response.body?.subarray(0, response.body.length / 2), () => outgoing.destroy());
    return;
  }
  outgoing.end(response.body);
}

/** A handler's response, or 500 if it throws: a defect of the emulator must not look like a lost connection. */
async function safely(handler: Handler, request: Request): Promise<Response> {
  try {
    return await handler(request);
  } catch (error) {
    console.error(`local-azure: ${request.method} ${request.url.pathname} failed:`, error);
    return { status: 500, body: { error: { code: "InternalServerError", message: String(error) } } };
  }
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const receivedAtMs = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return {
    method: incoming.method ?? "GET",
    // URL would parse a second slash as the start of a host.
    url: new URL((incoming.url ?? "/").replace(/^\/+/, "/"), `https://${incoming.headers.host}`),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    receivedAtMs,
  };
}

/** The response as sent: the body in bytes, with its type, its length and the date. */
function complete(response: Response, request: Request, time: Date): Response & { body?: Buffer } {
  const bytes = Buffer.isBuffer(response.body)
    ? response.body
    : response.body && Buffer.from(JSON.stringify(response.body));
  const headers: Record<string, string> = {
    date: time.toUTCString(),
    ...(bytes && { "content-type": "application/json; charset=utf-8" }),
    ...(response.status !== 204 && { "content-length": String(bytes?.length ?? 0) }),
    ...response.headers,
  };
  return { status: response.status, headers, ...(bytes && request.method !== "HEAD" && { body: bytes }) };
}
