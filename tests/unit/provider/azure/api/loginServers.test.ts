import { expect, test, vi } from "vitest";
import { LoginServers } from "../../../../../components/provider/azure/api/loginServers";
import { withProgress } from "../../../../../components/provider/azure/http/progress";
import { inFakeTime, useFakeTime } from "../../../../support/fakeTime";

useFakeTime();

/** The subscriptions that received a request. */
const asked: string[] = [];

vi.mock("../../../../../components/provider/azure/api/call", async (original) => ({
  ...(await original<object>()),
  callAzure: (call: { subscriptionId: string }) => {
    asked.push(call.subscriptionId);
    return new Promise((done) => setTimeout(() => done("r.azurecr.io"), 2_500));
  },
}));

const tokenId =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/tokens/t";

test("reads a registry once for all its tokens, and each of them shows the wait", async () => {
  const servers = new LoginServers(new AbortController().signal);
  const messages: string[] = [];
  const find = () =>
    withProgress(
      (message) => messages.push(message),
      () => servers.find({ tokenId }),
    );
  expect(await inFakeTime(Promise.all([find(), find()]))).toEqual(["r.azurecr.io", "r.azurecr.io"]);
  const message = "waiting for Azure to return the registry's login server (2 s)";
  expect(messages).toEqual([message, message, "", ""]);
  expect(asked).toEqual(["s"]);
});
