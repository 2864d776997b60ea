import {
  type AzureError,
  codeOf,
  isLostConnection,
  isSignInError,
  isTransient,
  OperationError,
  statusOf,
} from "../http/errors";
import { commonAdvice, describeError } from "../http/errorText";
import { denyAdvice } from "./azurePolicy";

/**
 * The error of a call: what failed, on which resource, what Azure answered, and what to do.
 *
 * @param call what was requested, such as `generate password1 and password2`, and of which resource
 * @param signIn what to do if the sign-in failed
 */
export function azureError(
  error: unknown,
  { doing, what, where }: { readonly doing: string; readonly what: string; readonly where: string },
  signIn: string,
): Error {
  const status = statusOf(error);
  const advice = isSignInError(error) ? signIn : whatToDo(error, status);
  const message = [`could not ${doing} of ${what} ${where}: ${describeError(error, "Azure")}`, advice]
    .filter(Boolean)
    .join("; ");
  return new Error(message, { cause: error });
}

/** What to do about errors with these codes, at any HTTP status. */
const adviceByCode: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ExpiredAuthenticationToken:
      "run pulumi up again, which signs in again; if that does not help, check this machine's clock",
    SubscriptionNotFound: "check the subscription, and that the identity has access to it",
    ScopeLocked:
      "remove the lock that Azure names, az lock list shows it, and run pulumi up again: until then no password is generated and nothing is changed",
    ResourceGroupBeingDeleted: "choose another resource group: this one is being deleted",
    ReadOnlyDisabledSubscription: "have the subscription enabled again and run pulumi up again",
    MissingSubscriptionRegistration:
      "run az provider register --namespace Microsoft.ContainerRegistry and pulumi up again",
  }),
);

/** What to do if a resource no longer exists. */
export const goneAdvice = "run pulumi refresh, so that the state follows what is there, and pulumi up again";

/** Undefined for an error of the provider, whose message says what to do. */
function whatToDo(error: unknown, status: number | undefined): string | undefined {
  const common = commonAdvice(error);
  if (common !== undefined) {
    return common;
  }
  if (codeOf(error) === "RequestDisallowedByPolicy") {
    return denyAdvice((error as AzureError).body);
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
      return isTransient(status)
        ? "Azure is overloaded or has a failure: run pulumi up again later"
        : "correct what Azure names and run pulumi up again";
  }
}

function withoutAnswer(error: unknown): string | undefined {
  if (isLostConnection(error)) {
    return "check the connection to Azure and run pulumi up again";
  }
  return error instanceof OperationError
    ? "Azure had accepted the operation, and then failed or cancelled it: correct the cause that Azure names and run pulumi up again"
    : undefined;
}
