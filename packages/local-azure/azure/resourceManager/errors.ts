import type { Response } from "../http.js";
import { ServiceError } from "../serviceError.js";

/** An error of the resource manager. */
export class AzureError extends ServiceError {}

/** A "not found" of Microsoft.ContainerRegistry itself, which has the body of a failed operation. */
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

/** Microsoft.ContainerRegistry's form of "not found", as in az's recordings. */
export function notFound(
  name: string,
  code = "ResourceNotFound",
  message = `The resource ${name} could not be found.`,
): AzureError {
  return new NotFoundError(code, message);
}

/** The body of a failed operation. */
export function describeFailure(code: string, message: string, status = "Failed"): object {
  return { error: { code, message }, status };
}
