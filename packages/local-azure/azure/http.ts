import type { IncomingHttpHeaders } from "node:http";

/** Which service of Azure a request came to. */
export type Host = "resourceManager" | "authority" | "registry" | "vault";

/** A request whose body has arrived whole. */
export interface Request {
  readonly method: string;
  /** Absolute, as the client addressed it. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When it began to arrive, in ms of `performance.now()`. */
  readonly receivedAtMs: number;
  /** Client id of the service principal that makes it; undefined where it says none, or none that can be believed. */
  readonly caller?: string;
}

/** What a handler answers. An object body is sent as JSON, a Buffer as it is. */
export interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export type Handler = (request: Request) => Response | Promise<Response>;

/** The credentials of an Authorization header of this scheme, or undefined where there is none. */
export function authorization(request: Request, scheme: "Bearer" | "Basic"): string | undefined {
  const [given, credentials] = (request.headers.authorization ?? "").split(/\s+/, 2);
  return given.toLowerCase() === scheme.toLowerCase() ? credentials : undefined;
}

/** User name and password of Basic authorization, or undefined where there is none. */
export function basicAuthorization(request: Request): { username: string; password: string } | undefined {
  const credentials = authorization(request, "Basic");
  if (credentials === undefined) {
    return undefined;
  }
  const text = Buffer.from(credentials, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
