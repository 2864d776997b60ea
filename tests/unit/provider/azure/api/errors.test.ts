import { describe, expect, test } from "vitest";
import { azureError } from "../../../../../components/provider/azure/api/errors";
import {
  AzureError,
  codeOf,
  InvalidResponseError,
  isSignInError,
  OperationError,
  statusOf,
} from "../../../../../components/provider/azure/http/errors";

const place = "of registry myregistry (resource group group, subscription sub)";
/** A call that tries something of a token. */
const trying = (doing: string) => ({ doing, what: "token mytoken", where: place });
const signIn = "sign in somehow";
const where = `token mytoken ${place}`;

/** The error of a response. */
function responseError(status: number, code?: string, message = "Azure's words", requestId?: string): Error {
  return new AzureError(message, status, code, requestId);
}

describe("an error", () => {
  test("says what failed for which token, Azure's response, and what to do", () => {
    const cause = responseError(403, "AuthorizationFailed", "The client\n  has no\tright.", "request-7");
    const error = azureError(cause, trying("generate password1 and password2"), signIn);
    expect(error.message).toBe(
      `could not generate password1 and password2 of ${where}: Azure answered 403 AuthorizationFailed (The client has no right.), request id request-7; give the identity a role on the registry that allows Microsoft.ContainerRegistry/registries/read, registries/tokens/* and registries/generateCredentials/action, such as Contributor`,
    );
    expect(error.cause).toBe(cause);
  });

  test("omits missing parts of Azure's response", () => {
    expect(azureError(responseError(500, undefined, ""), trying("read"), signIn).message).toBe(
      `could not read of ${where}: Azure answered 500; Azure is overloaded or has a failure: run pulumi up again later`,
    );
  });

  test("shows 2,000 characters of Azure's message, and that there is more", () => {
    const said = (text: string) =>
      azureError(responseError(500, undefined, text), trying("read"), signIn).message;
    expect(said("x".repeat(2_000))).toContain(`(${"x".repeat(2_000)});`);
    expect(said("x".repeat(2_001))).toContain(`(${"x".repeat(2_000)}…);`);
    expect(said(`${" ".repeat(100)}x`)).toContain("(x);");
  });

  test("without an answer says why there was none", () => {
    const lost = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(azureError(lost, trying("read"), signIn).message).toBe(
      `could not read of ${where}: connect ECONNREFUSED; check the connection to Azure and run pulumi up again`,
    );
  });

  test("of this provider, which says what to do, gets no second advice", () => {
    expect(azureError(new Error("no cloud has the name x: set y"), trying("read"), signIn).message).toMatch(
      /: no cloud has the name x: set y$/,
    );
  });

  test.each(["constructor", "__proto__", "toString"])(
    "whose code is %s is none of ours to advise on",
    (code) => {
      const { message } = azureError(responseError(400, code), trying("read"), signIn);
      expect(message).toMatch(
        new RegExp(
          `Azure answered 400 ${code} \\(Azure's words\\); correct what Azure names and run pulumi up again$`,
        ),
      );
    },
  );

  test.each([404, {}, null, ["x"]])("whose code is no text has none: %j", (code) => {
    const error = Object.assign(new Error("Azure's words"), { statusCode: 404, code });
    expect(codeOf(error)).toBeUndefined();
    expect(azureError(error, trying("read"), signIn).message).toContain(
      ": Azure answered 404 (Azure's words);",
    );
  });

  test.each([
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "CERT_HAS_EXPIRED",
  ])("of a certificate that is not trusted says how to have it trusted: %s", (code) => {
    const untrusted = Object.assign(new Error("self-signed certificate"), { code });
    expect(azureError(untrusted, trying("read"), signIn).message).toMatch(
      /: self-signed certificate; if that host is Azure or your own proxy, set NODE_EXTRA_CA_CERTS to a file/,
    );
  });

  test("that is not an Error is shown unchanged", () => {
    expect(azureError("just a text", trying("read"), signIn).message).toMatch(/: just a text$/);
  });

  test("of a subscription that is not found does not send the user to refresh", () => {
    const message = azureError(responseError(404, "SubscriptionNotFound"), trying("read"), signIn).message;
    expect(message).toMatch(/; check the subscription, and that the identity has access to it$/);
  });

  test.each([
    [409, "ScopeLocked", "remove the lock that Azure names, az lock list shows it, and run pulumi up again"],
    [409, "ResourceGroupBeingDeleted", "choose another resource group"],
    [409, "ReadOnlyDisabledSubscription", "have the subscription enabled again"],
    [409, "MissingSubscriptionRegistration", "az provider register --namespace Microsoft.ContainerRegistry"],
  ])("with the status %d and the code %s says what to do", (status, code, advice) => {
    expect(azureError(responseError(status, code), trying("read"), signIn).message).toContain(advice);
  });

  test("of a request that Azure Policy denied names the assignment", () => {
    const info = { policyAssignmentDisplayName: "No tokens" };
    const body = { error: { additionalInfo: [{ type: "PolicyViolation", info }] } };
    const denied = new AzureError("Disallowed.", 403, "RequestDisallowedByPolicy", undefined, body);
    expect(azureError(denied, trying("read"), signIn).message).toContain(
      '; the assignment "No tokens" of Azure Policy denies this',
    );
  });

  test("whose status is not a number has none", () => {
    expect(statusOf(Object.assign(new Error("lost"), { status: "404" }))).toBeUndefined();
  });

  test("of a failed operation says what to do", () => {
    const error = new OperationError(
      "the operation ended as Failed: InternalError (Broke.)",
      "InternalError",
    );
    expect(azureError(error, trying("read"), signIn).message).toBe(
      `could not read of ${where}: the operation ended as Failed: InternalError (Broke.); Azure had accepted the operation, and then failed or cancelled it: correct the cause that Azure names and run pulumi up again`,
    );
  });

  test("of an invalid response names the status, the reason and the request id", () => {
    const error = new InvalidResponseError("it has no name", 200, "request-7");
    expect(azureError(error, trying("read"), signIn).message).toBe(
      `could not read of ${where}: Azure answered 200 with an invalid response: it has no name, request id request-7; nothing in the state has changed: look at what stands between this machine and Azure, such as a proxy, and run pulumi up again`,
    );
    expect(azureError(new InvalidResponseError("x"), trying("read"), signIn).message).toContain(
      ": Azure answered with an invalid response: x; nothing in the state",
    );
  });

  test.each([TypeError, RangeError, ReferenceError])(
    "of a mistake in the plugin is a defect to report, without its message: %o",
    (Mistake) => {
      const { message } = azureError(new Mistake("hush"), trying("read"), signIn);
      expect(message).toMatch(
        /: a defect of the plugin \(\w+Error at .+errors\.test\.ts.*\): please report it$/,
      );
      expect(message).not.toContain("hush");
    },
  );

  test("of an expired access token says that each run gets a new token", () => {
    const message = azureError(
      responseError(401, "ExpiredAuthenticationToken"),
      trying("read"),
      signIn,
    ).message;
    expect(message).toMatch(
      /; run pulumi up again, which signs in again; if that does not help, check this machine's clock$/,
    );
  });

  test.each([
    [400, "correct what Azure names"],
    [401, "check the identity's secret and tenant, or run az login again"],
    [403, "give the identity a role on the registry"],
    [404, "run pulumi refresh"],
    [408, "Azure is overloaded or has a failure: run pulumi up again later"],
    [409, "wait until the other operation on this token has ended"],
    [429, "Azure is overloaded or has a failure: run pulumi up again later"],
    [503, "Azure is overloaded or has a failure: run pulumi up again later"],
  ])("with the status %d says what to do", (status, advice) => {
    expect(azureError(responseError(status), trying("read"), signIn).message).toContain(`; ${advice}`);
  });

  test.each(["CredentialUnavailableError", "AuthenticationError", "AuthenticationRequiredError"])(
    "of the sign-in, %s, says how to sign in",
    (name) => {
      const refused = Object.assign(new Error("no"), { name, statusCode: 400 });
      expect(isSignInError(refused)).toBe(true);
      expect(azureError(refused, trying("read"), signIn).message).toMatch(/; sign in somehow$/);
    },
  );
});

describe("the status of an error", () => {
  test("is that of the response, or of a sign-in", () => {
    expect(statusOf(responseError(404))).toBe(404);
    expect(statusOf(Object.assign(new Error(), { statusCode: 409 }))).toBe(409);
  });

  test("is none without a response", () => {
    expect(statusOf(new Error("connect ECONNREFUSED"))).toBeUndefined();
    expect(statusOf({ statusCode: 404 })).toBeUndefined();
    expect(statusOf(undefined)).toBeUndefined();
  });
});

test("Azure's error code is read from its response", () => {
  expect(codeOf(responseError(404, "ResourceNotFound"))).toBe("ResourceNotFound");
  expect(codeOf(new Error())).toBeUndefined();
  expect(codeOf("ResourceNotFound")).toBeUndefined();
});
