import type { Response } from "../http.js";
import type { Access } from "./access.js";

/** An error in the distribution specification's form. */
export class RegistryError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly detail?: unknown,
  ) {
    super(message);
  }

  /** The response to send. */
  response(): Response {
    const { code, message, detail } = this;
    return {
      status: this.status,
      headers: this.headers,
      body: { errors: [{ code, message, detail }] },
    };
  }
}

/**
 * The error for missing or wrong credentials.
 *
 * @param needed the access that the request needs, if known
 */
export function unauthorized(headers: Readonly<Record<string, string>> = {}, needed?: Access): RegistryError {
  return new RegistryError(
    401,
    "UNAUTHORIZED",
    "authentication required, visit https://aka.ms/acr/authorization for more information.",
    headers,
    needed && describeAccess(needed),
  );
}

/** The error for valid credentials without the needed access. */
export function denied(headers: Readonly<Record<string, string>>, needed: Access): RegistryError {
  // 401 and not 403: with insufficient_scope Docker reports "requested access to the resource is denied", and a client
  // that requested less access gets another access token.
  return new RegistryError(
    401,
    "DENIED",
    "requested access to the resource is denied",
    headers,
    describeAccess(needed),
  );
}

/** The error for an invalid request. */
export function badRequest(message: string): RegistryError {
  return new RegistryError(400, "UNSUPPORTED", message);
}

/** The error for an unknown repository. */
export function repositoryUnknown(name: string): RegistryError {
  return new RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", {}, { name });
}

/** The error for an unknown blob. */
export function blobUnknown(digest: string): RegistryError {
  return new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", {}, { digest });
}

function describeAccess({ type, name, actions }: Access): object[] {
  return actions.map((action) => ({ Type: type, Name: name, Action: action }));
}
