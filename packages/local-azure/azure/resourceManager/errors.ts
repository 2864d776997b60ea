import type { Response } from "../http.js";
import { ServiceError } from "../serviceError.js";

/** A refusal of the resource manager. */
export class AzureError extends ServiceError {}

/** What Microsoft.ContainerRegistry itself has not got: its answer is that of an operation that failed. */
class NotFoundError extends AzureError {
  constructor(code: string, message: string) {
    super(404, code, message);
  }

  override response(): Response {
    return { ...super.response(), body: describeFailure(this.code, this.message) };
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
