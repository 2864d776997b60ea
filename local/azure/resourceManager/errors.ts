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

/** What Microsoft.ContainerRegistry itself has not got: its answer is that of an operation that failed. */
class NotFoundError extends AzureError {
  constructor(code: string, message: string) {
    super(404, code, message);
  }

  override answer(): Answer {
    return { ...super.answer(), body: describeFailure(this.code, this.message) };
  }
}

export function badRequest(code: string, message: string): AzureError {
  return new AzureError(400, code, message);
}

/** Microsoft.ContainerRegistry's own form of "not found", which az's recordings show. */
export function notFound(
  name: string,
  code = "ResourceNotFound",
  message = `The resource ${name} could not be found.`,
): AzureError {
  return new NotFoundError(code, message);
}

/** The body of what has failed. */
export function describeFailure(code: string, message: string, status = "Failed"): object {
  return { error: { code, message }, status };
}
