import type { Answer } from "../http.js";

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
  answer(): Answer {
    const { code, message, detail } = this;
    return {
      status: this.status,
      headers: this.headers,
      body: { errors: [{ code, message, ...(detail !== undefined && { detail }) }] },
    };
  }
}

/** Nobody that the registry knows: no credentials, or wrong ones. */
export function unauthorized(headers: Readonly<Record<string, string>> = {}): RegistryError {
  return new RegistryError(
    401,
    "UNAUTHORIZED",
    "authentication required, visit https://aka.ms/acr/authorization for more information.",
    headers,
  );
}
