/** The hosts that a request with a token or a secret may reach. */
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";
import { allowedHostsPolicy } from "../../../../../components/provider/azure/http/hosts";

const policy = allowedHostsPolicy("management.example", (host) => host === "management.example");

/** Sends a request, and returns its error and whether it was sent. */
async function sent(url: string, status = 200, location?: string) {
  let wentOut = false;
  const request = createPipelineRequest({ url });
  const error = await policy
    .sendRequest(request, async () => {
      wentOut = true;
      return { request, status, headers: createHttpHeaders(location === undefined ? {} : { location }) };
    })
    .then(
      () => undefined,
      (thrown: Error) => thrown.message,
    );
  return { wentOut, error };
}

const refused = (to: string, why = "which is not a host of this cloud over TLS") =>
  expect.stringMatching(
    new RegExp(`^Azure at management\\.example leads to ${to}, ${why}, so nothing is sent`),
  );

test("a request goes to the cloud's own host, over TLS", async () => {
  expect(await sent("https://management.example/x")).toEqual({ wentOut: true, error: undefined });
});

test.each([
  ["https://evil.example/x", "evil\\.example"],
  ["https://management.example:8443/x", "management\\.example:8443"],
  // The very same host, but everybody on the way could read it.
  ["http://management.example/x", "http://management\\.example"],
])("no request goes to %s", async (url, to) => {
  expect(await sent(url)).toEqual({ wentOut: false, error: refused(to) });
});

test("no redirect is followed, not even to the same host", async () => {
  expect(await sent("https://management.example/x", 307, "/y")).toEqual({
    wentOut: true,
    error: refused("management\\.example", "by a redirect, which Azure never makes"),
  });
});
