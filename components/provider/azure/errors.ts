import { BadAnswer } from "./badAnswer";
import { denyAdvice } from "./policy";

/** What the SDK throws for an answer that is an error, or for no answer. */
interface SdkError extends Error {
  readonly statusCode?: number | string;
  readonly code?: string;
  /** The body of the response. */
  readonly details?: unknown;
  readonly response?: {
    readonly status?: number | string;
    readonly headers?: { get?(name: string): string | undefined };
  };
}

/** The HTTP status of the answer that an error of the SDK stands for; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const { statusCode, response } = error as SdkError;
  const status = Number(statusCode ?? response?.status);
  return Number.isInteger(status) ? status : undefined;
}

/** Azure's name for what went wrong, such as `ResourceNotFound`. */
export function codeOf(error: unknown): string | undefined {
  // Whatever an answer holds gets here.
  const code: unknown = error instanceof Error ? (error as SdkError).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * An error that says what was being done to what, what Azure said, and what to do about it.
 *
 * @param call what was tried, `make password1 and password2`, and to what
 * @param signIn what to do where there was no sign-in
 */
export function azureError(
  error: unknown,
  { doing, what, where }: { readonly doing: string; readonly what: string; readonly where: string },
  signIn: string,
): Error {
  const status = statusOf(error);
  const advice = isSignInError(error) ? signIn : whatToDo(error, status);
  const message = [`could not ${doing} of ${what} ${where}: ${whatAzureSaid(error, status)}`, advice]
    .filter(Boolean)
    .join("; ");
  return new Error(message, { cause: error });
}

function whatAzureSaid(error: unknown, status: number | undefined): string {
  const { message } = error as SdkError;
  const code = codeOf(error);
  if (status === undefined) {
    return oneLine(message ?? String(error));
  }
  const requestId = (error as SdkError).response?.headers?.get?.("x-ms-request-id");
  const said =
    error instanceof BadAnswer
      ? `Azure answered ${status} with what is no answer to that: ${message}`
      : [`Azure answered ${status}`, code && oneLine(code), message && `(${oneLine(message)})`]
          .filter(Boolean)
          .join(" ");
  return requestId ? `${said}, request id ${requestId}` : said;
}

/** What to do about what Azure calls by these names, whatever its status. */
const adviceByCode: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ExpiredAuthenticationToken:
      "run pulumi up again, which signs in anew, and look at this machine's clock where that does not help",
    SubscriptionNotFound: "check the subscription, and that the identity may see it",
    ScopeLocked:
      "remove the lock that Azure names, az lock list shows it, and run pulumi up again: no password is made and nothing is changed as long as it is there",
    ResourceGroupBeingDeleted: "choose another resource group: this one is going away",
    ReadOnlyDisabledSubscription: "have the subscription enabled again and run pulumi up again",
    MissingSubscriptionRegistration:
      "run az provider register --namespace Microsoft.ContainerRegistry and pulumi up again",
  }),
);

/** What to do where something is gone. */
export const goneAdvice = "run pulumi refresh, so that the state follows what is there, and pulumi up again";

/** Nothing for an error of our own, which says it itself. */
function whatToDo(error: unknown, status: number | undefined): string | undefined {
  if (error instanceof BadAnswer) {
    return "nothing in the state has changed: look at what stands between this machine and Azure, such as a proxy, and run pulumi up again";
  }
  if (codeOf(error) === "RequestDisallowedByPolicy") {
    return denyAdvice((error as SdkError).details);
  }
  const byCode = adviceByCode.get(codeOf(error) ?? "");
  if (byCode !== undefined) {
    return byCode;
  }
  switch (status) {
    case undefined:
      return withoutAnswer(error);
    case 401:
      return "check the identity's secret and tenant, or run az login again";
    case 403:
      return "give the identity a role on the registry that allows Microsoft.ContainerRegistry/registries/read, registries/tokens/* and registries/generateCredentials/action, such as Contributor";
    case 404:
      return goneAdvice;
    case 409:
      return "wait until the other operation on this token has ended and run pulumi up again";
    default:
      return isPassing(status)
        ? "Azure is overloaded or has trouble: run pulumi up again later"
        : "correct what Azure names and run pulumi up again";
  }
}

function withoutAnswer(error: unknown): string | undefined {
  if (isLostConnection(error)) {
    return "check the connection to Azure and run pulumi up again";
  }
  if (isUntrusted(error)) {
    return `${trustAdvice}, and run pulumi up again`;
  }
  return isGivenUp(error)
    ? "Azure had accepted the operation and gave it up: correct what it names, if it names anything, and run pulumi up again"
    : undefined;
}

/** Whether Azure ended a long-running operation as Failed or Canceled. The SDK knows no better sign than its words. */
function isGivenUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(The long-running operation has failed|Operation was canceled)/.test(error.message)
  );
}

/** Whether an HTTP status tells of trouble that passes by itself. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** The codes of Node's errors, and the SDK's own, for a connection that could not be made or has broken. */
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

/** Whether an error tells of a connection that could not be made or has broken. */
export function isLostConnection(error: unknown): boolean {
  return lostConnectionCodes.includes(codeOf(error));
}

/** What makes Node trust whatever answers. */
export const trustAdvice =
  "have Node trust the certificate of what answers there, NODE_EXTRA_CA_CERTS names a file of more, if it is Azure or your own proxy";

/** Whether TLS found somebody else at the other end. Node's and OpenSSL's names, as in `DEPTH_ZERO_SELF_SIGNED_CERT`. */
export function isUntrusted(error: unknown): boolean {
  return /CERT|UNABLE_TO_/.test(codeOf(error) ?? "");
}

/** Whether there was no identity to call Azure with. @azure/identity throws errors of these names. */
export function isSignInError(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["CredentialUnavailableError", "AuthenticationError", "AuthenticationRequiredError"].includes(error.name)
  );
}

/** How much of what Azure says an error shows, in characters. */
const mostShown = 2_000;

function oneLine(text: string): string {
  const line = text
    .slice(0, 2 * mostShown)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > mostShown ? `${line.slice(0, mostShown)}…` : line;
}
