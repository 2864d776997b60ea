import type { Response } from "../http.js";
import type { Access } from "./access.js";

/** A refusal in the distribution specification's form. */
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

  /** What goes over the wire. */
  response(): Response {
    const { code, message, detail } = this;
    return {
      status: this.status,
      headers: this.headers,
      body: { errors: [{ code, message, ...(detail !== undefined && { detail }) }] },
    };
  }
}

/**
 * Nobody that the registry knows: no credentials, or wrong ones.
 * @param needed what the request would do, if it is known
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

/** Somebody that the registry knows, but who may not do this. */
export function denied(headers: Readonly<Record<string, string>>, needed: Access): RegistryError {
  // 401 and not 403: insufficient_scope is what makes Docker say "requested access to the resource is denied", and
  // what makes a client that had asked for less fetch another access token.
  return new RegistryError(
    401,
    "DENIED",
    "requested access to the resource is denied",
    headers,
    describeAccess(needed),
  );
}

/** The request is not one: what is wrong with it. */
export function badRequest(message: string): RegistryError {
  return new RegistryError(400, "UNSUPPORTED", message);
}

/** There is no such repository. */
export function repositoryUnknown(name: string): RegistryError {
  return new RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", {}, { name });
}

/** The repository has no such blob. */
export function blobUnknown(digest: string): RegistryError {
  return new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", {}, { digest });
}

function describeAccess({ type, name, actions }: Access): object[] {
  return actions.map((action) => ({ Type: type, Name: name, Action: action }));
}
