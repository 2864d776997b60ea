import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpGet, jsonObjectIn } from "../../../../../components/provider/azure/http/get";

/** The URL of a server that accepts connections and never answers. */
async function silentServer(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("a request that is not answered in time fails with the time", async () => {
  await expect(httpGet(await silentServer(), { timeoutMs: 50 })).rejects.toMatchObject({
    message: "no answer within 0.05 s",
    cause: { name: "AbortError" },
  });
});

test("a request that is cancelled fails at once, and not because of the time", async () => {
  const signal = AbortSignal.timeout(20);
  const error = await httpGet(await silentServer(), { timeoutMs: 10_000, signal }).catch(String);
  expect(error).toContain("AbortError");
});

test("a lost connection has Node's code", async () => {
  await expect(httpGet("https://127.0.0.1:1/", { timeoutMs: 10_000 })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test.each(["<html>", "[]", "7", "null", ""])(
  "a body without an object is read as an empty object: %j",
  (body) => {
    expect(jsonObjectIn(body)).toEqual({});
  },
);
