/** A response with an error status. */
export class AzureError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Azure's error code, such as `ResourceNotFound`. */
    readonly code?: string,
    readonly requestId?: string,
    /** The response's body. */
    readonly body?: unknown,
    /** Azure's more exact code, such as `ForbiddenByRbac`. */
    readonly innerCode?: string,
  ) {
    super(message);
  }
}

/** Azure accepted a long-running operation, and ended it as Failed or Canceled. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

/** A response that is not of the expected form. The message says why, and shows nothing of it that may be a secret. */
export class InvalidResponseError extends Error {
  constructor(
    message: string,
    readonly status?: number,
    readonly requestId?: string,
  ) {
    super(message);
  }
}

/** The HTTP status of the response that an error is about; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  // Errors of @azure/identity have `statusCode`.
  const { status, statusCode } = (error instanceof Error ? error : {}) as Record<
    "status" | "statusCode",
    unknown
  >;
  const found = status ?? statusCode;
  return typeof found === "number" ? found : undefined;
}

/** The code of an error: Azure's, such as `ResourceNotFound`, or Node's, such as `ECONNRESET`. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error instanceof Error ? error : {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Whether a request that got this HTTP status can succeed later. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Node's codes, and the code of Azure's HTTP client, for a connection that could not be made or has broken. */
const lostConnectionCodes: readonly unknown[] = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "REQUEST_SEND_ERROR",
];

export function isLostConnection(error: unknown): boolean {
  return lostConnectionCodes.includes(codeOf(error));
}

/** How to make Node trust a certificate. */
export const trustAdvice =
  "if that host is Azure or your own proxy, set NODE_EXTRA_CA_CERTS to a file with its certificate";

/** Whether TLS did not trust the certificate. Node's and OpenSSL's codes, such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
export function isUntrusted(error: unknown): boolean {
  return /CERT|UNABLE_TO_/.test(codeOf(error) ?? "");
}

/** Whether the sign-in failed. @azure/identity throws errors of these names. */
export function isSignInError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ["CredentialUnavailableError", "AuthenticationError", "AuthenticationRequiredError"].includes(error.name)
  );
}
