import type { Response } from "../http.js";
import { ServiceError } from "../serviceError.js";

/** An error of a vault's data plane. */
export class VaultError extends ServiceError {
  /** @param innerCode Key Vault's more specific code, such as `ForbiddenByRbac` */
  constructor(
    status: number,
    code: string,
    message: string,
    readonly innerCode?: string,
    headers?: Readonly<Record<string, string>>,
  ) {
    super(status, code, message, headers);
  }

  override response(): Response {
    const { status, headers, code, message, innerCode } = this;
    const innererror = innerCode === undefined ? {} : { innererror: { code: innerCode } };
    return { status, headers, body: { error: { code, message, ...innererror } } };
  }
}
