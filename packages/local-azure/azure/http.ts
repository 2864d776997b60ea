import type { IncomingHttpHeaders } from "node:http";

/** The service of Azure that receives a request. */
export type Host = "resourceManager" | "authority" | "registry" | "vault";

/** A completely received request. */
export interface Request {
  readonly method: string;
  /** Absolute, with the host that the client used. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When the first byte arrived, in ms of `performance.now()`. */
  readonly receivedAtMs: number;
  /** Client id of the service principal that sends it; undefined without a valid token. */
  readonly caller?: string;
}

/** A handler's response. An object body is sent as JSON, a Buffer unchanged. */
export interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export type Handler = (request: Request) => Response | Promise<Response>;

/** The credentials of an Authorization header of this scheme; undefined without such a header. */
export function authorization(request: Request, scheme: "Bearer" | "Basic"): string | undefined {
  const [given, credentials] = (request.headers.authorization ?? "").split(/\s+/, 2);
  return given.toLowerCase() === scheme.toLowerCase() ? credentials : undefined;
}

/** User name and password of Basic authorization; undefined without it. */
export function basicAuthorization(request: Request): { username: string; password: string } | undefined {
  const credentials = authorization(request, "Basic");
  if (credentials === undefined) {
    return undefined;
  }
  const text = Buffer.from(credentials, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
