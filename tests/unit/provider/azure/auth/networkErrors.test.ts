import { createHttpHeaders, createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";
import { signInPolicy, withNetworkErrors } from "../../../../../components/provider/azure/auth/networkErrors";

const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
const libraryError = new Error("network_error");

/** A credential like the library's, whose request to the sign-in host has this outcome. */
const credential = (request: () => Promise<never>) =>
  withNetworkErrors({
    async getToken() {
      const policy = signInPolicy("login.example", () => false);
      const url = "https://login.example/token";
      await policy
        .sendRequest(createPipelineRequest({ url, headers: createHttpHeaders() }), request)
        .catch(() => {});
      throw libraryError;
    },
  });

const unanswered = () => Promise.reject(lost);

test.each([undefined, {}, { abortSignal: new AbortController().signal }])(
  "a sign-in without an answer says why, and can be retried: %j",
  async (options) => {
    const error = await credential(unanswered)
      .getToken("scope", options)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RestError);
    expect(error).toMatchObject({
      message: "no sign-in to Azure at login.example: read ECONNRESET",
      code: "ECONNRESET",
      cause: libraryError,
    });
  },
);

test("a sign-in that the user cancels fails with the library's error", async () => {
  const signingIn = credential(unanswered).getToken("scope", { abortSignal: AbortSignal.abort() });
  await expect(signingIn).rejects.toBe(libraryError);
});
