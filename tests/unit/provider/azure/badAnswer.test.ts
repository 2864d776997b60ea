/** An answer that is none is said to be one, and nothing of it is shown. */
import { expect, test } from "vitest";
import { BadAnswer, failedOnAnswer } from "../../../../components/provider/azure/badAnswer";
import { azureError } from "../../../../components/provider/azure/errors";

const answer = { status: 200, headers: { get: () => "request-7" } };
const call = { doing: "read", what: "token mytoken", where: "of registry myregistry" };

const said = (error: unknown) => azureError(failedOnAnswer(error, answer), call, "sign in").message;

test.each<[string, unknown, string]>([
  ["what we found out", new BadAnswer("it has no name"), "it has no name"],
  [
    "what the SDK could not read",
    Object.assign(new Error("hush"), { code: "PARSE_ERROR" }),
    "it is cut off, or no JSON",
  ],
  ...[new TypeError("hush"), new RangeError("hush"), new SyntaxError("hush")].map(
    (slip): [string, unknown, string] => [
      `a ${slip.name}`,
      slip,
      "it has not the form that Azure's answers have",
    ],
  ),
])("%s", (_what, error, why) => {
  expect(said(error)).toBe(
    `could not read of token mytoken of registry myregistry: Azure answered 200 with what is no answer to that: ${why}, request id request-7; nothing in the state has changed: look at what stands between this machine and Azure, such as a proxy, and run pulumi up again`,
  );
});

test("the answer on which work has failed is that one, whatever came after it", () => {
  const bad = failedOnAnswer(new BadAnswer("x"), answer);
  expect(failedOnAnswer(bad, { ...answer, status: 500 })).toBe(bad);
  expect((bad as BadAnswer).statusCode).toBe(200);
  expect(new BadAnswer("x").statusCode).toBeUndefined();
});

test("any other error is none of that", () => {
  const error = new Error("x");
  expect(failedOnAnswer(error, answer)).toBe(error);
});
