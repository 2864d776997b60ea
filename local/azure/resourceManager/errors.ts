import type { Answer } from "../http.js";

/** A refusal in the resource manager's form: an HTTP status, Azure's code and a message. */
export class AzureError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** What goes over the wire. */
  answer(): Answer {
    return {
      status: this.status,
      headers: this.headers,
      body: { error: { code: this.code, message: this.message } },
    };
  }
}

export function badRequest(code: string, message: string): AzureError {
  return new AzureError(400, code, message);
}

/** Microsoft.ContainerRegistry's own form of "not found", which az's recordings show. */
export function notFound(name: string): AzureError {
  return new AzureError(404, "ResourceNotFound", `The resource ${name} could not be found.`);
}
