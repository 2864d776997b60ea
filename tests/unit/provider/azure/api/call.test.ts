import { expect, test, vi } from "vitest";
import { type Call, callAzure } from "../../../../../components/provider/azure/api/call";
import { withProgress } from "../../../../../components/provider/azure/http/progress";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";

vi.mock("../../../../../components/provider/azure/api/connection", async () => {
  const http = await import("@azure/core-rest-pipeline");
  return { connect: async () => ({ http, allowedHosts: { name: "allowedHosts" }, perAttempt: [] }) };
});

useFakeTime();

const call: Call = {
  doing: "generate password1",
  what: "token t",
  where: "of registry r",
  subscriptionId: "s",
};
const user = new AbortController();

test("shows the operation that it waits for", async () => {
  const messages: string[] = [];
  const waiting = withProgress(
    (message) => messages.push(message),
    () => callAzure(call, {}, user.signal, () => new Promise<void>((done) => setTimeout(done, 3_500))),
  );
  await inFakeTime(waiting);
  expect(messages).toEqual([
    "waiting for Azure to generate password1 (2 s)",
    "waiting for Azure to generate password1 (3 s)",
    "",
  ]);
});

test.each<[string, Error, string]>([
  ["that fails", new Error("no."), "could not generate password1 of token t of registry r: no."],
  [
    "whose sign-in fails",
    Object.assign(new Error("no."), { name: "CredentialUnavailableError" }),
    "could not generate password1 of token t of registry r: no sign-in to Azure: no. (",
  ],
])("%s has an error that names the request", async (_what, error, message) => {
  const failing = callAzure(call, {}, user.signal, async () => {
    throw error;
  });
  await expect(inFakeTime(failing)).rejects.toThrow(message);
});
