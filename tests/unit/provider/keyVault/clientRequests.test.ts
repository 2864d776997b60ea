import type * as pipeline from "@azure/core-rest-pipeline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as cloud from "../../../../components/provider/azure/auth/cloud";
import { isLostConnection } from "../../../../components/provider/azure/http/errors";
import { defaultLimits, RetryBudget } from "../../../../components/provider/azure/http/retryBudget";
import { type VaultRequest, vaultClient } from "../../../../components/provider/keyVault/client";

const vaultUri = "https://myvault.vault.azure.net/";
const signal = new AbortController().signal;

/** What is sent, and what the vault answers. */
const sent: object[] = [];
let answer: { status: number; body?: string; location?: string } = { status: 200 };
/** If set, no request reaches a vault. */
let lost: pipeline.RestError | undefined;

vi.mock("@azure/core-rest-pipeline", async (original) => {
  const library = await original<typeof pipeline>();
  const sendRequest = async (request: pipeline.PipelineRequest) => {
    const { method, url, body } = request;
    sent.push({ method, url, body, type: request.headers.get("content-type") });
    if (lost !== undefined) {
      throw lost;
    }
    const { location } = answer;
    const headers = library.createHttpHeaders({
      "x-ms-request-id": "request-1",
      ...(location && { location }),
    });
    return { request, status: answer.status, headers, bodyAsText: answer.body };
  };
  return { ...library, createDefaultHttpClient: () => ({ sendRequest }) };
});

vi.mock("../../../../components/provider/azure/auth/credential", () => ({
  findCredential: async () => ({
    getToken: async () => ({ token: "hush", expiresOnTimestamp: Date.now() + 3_600_000 }),
  }),
}));

beforeEach(() => {
  sent.length = 0;
  answer = { status: 200 };
  lost = undefined;
});

afterEach(() => vi.restoreAllMocks());

async function send(request: VaultRequest, timeoutMs = 120_000): Promise<unknown> {
  const client = await vaultClient({ environment: "public" }, vaultUri, signal);
  return client(request, new RetryBudget(signal, { ...defaultLimits, timeoutMs }));
}

test("a request with a body is sent as JSON, and one without has no type", async () => {
  await send({ method: "PUT", path: "secrets/mysecret", body: { value: 1 } });
  await send({ method: "GET", path: `${vaultUri}secrets/mysecret/versions?maxresults=25` });
  expect(sent).toEqual([
    {
      method: "PUT",
      url: `${vaultUri}secrets/mysecret?api-version=7.4`,
      body: '{"value":1}',
      type: "application/json",
    },
    {
      method: "GET",
      url: `${vaultUri}secrets/mysecret/versions?maxresults=25&api-version=7.4`,
      body: undefined,
      type: undefined,
    },
  ]);
});

test("a response has its JSON, or nothing", async () => {
  answer = { status: 200, body: '{"a":1}' };
  expect(await send({ method: "GET", path: "secrets/mysecret" })).toEqual({ a: 1 });
  answer = { status: 204 };
  expect(await send({ method: "DELETE", path: "secrets/mysecret" })).toBeUndefined();
});

test.each(['{"value":"hush","id":x}', "hush", '{"value":"hush'])(
  "a response that is cut off or not JSON is not shown: %s",
  async (body) => {
    answer = { status: 200, body };
    await expect(send({ method: "GET", path: "secrets/mysecret" })).rejects.toMatchObject({
      message: "it is cut off, or not JSON",
      status: 200,
    });
  },
);

test("a refusal has the vault's status, code and request id", async () => {
  answer = { status: 403, body: '{"error":{"code":"Forbidden","innererror":{"code":"ForbiddenByRbac"}}}' };
  await expect(send({ method: "GET", path: "secrets/mysecret" })).rejects.toMatchObject({
    status: 403,
    code: "Forbidden",
    innerCode: "ForbiddenByRbac",
    requestId: "request-1",
  });
});

test.each([
  undefined,
  "<html>",
  "null",
  '{"error":7}',
  '{"error":{"code":7,"message":{},"innererror":{"code":[]}}}',
])("a refusal without what Key Vault's error has is still a refusal: %s", async (body) => {
  answer = { status: 400, body };
  await expect(send({ method: "GET", path: "secrets/mysecret" })).rejects.toMatchObject({
    status: 400,
    code: undefined,
    innerCode: undefined,
    message: "",
  });
});

test("a redirect is followed nowhere", async () => {
  answer = { status: 302 };
  await expect(send({ method: "GET", path: "secrets/mysecret" })).rejects.toThrow("by a redirect");
});

test("nothing is sent to a host that a page of a list names, if it is not the vault's", async () => {
  const elsewhere = send({ method: "GET", path: "https://other.vault.azure.net/secrets/mysecret" });
  await expect(elsewhere).rejects.toThrow("leads to other.vault.azure.net");
  expect(sent).toEqual([]);
});

test.each([302, 307, 308])("a redirect to another host is not followed: %d", async (status) => {
  answer = { status, location: "https://other.vault.azure.net/secrets" };
  const redirected = send({ method: "PUT", path: "secrets/mysecret", body: { value: "hush" } });
  await expect(redirected).rejects.toThrow("leads to other.vault.azure.net");
  expect(sent).toHaveLength(1);
});

test("a host that does not exist fails once the time is over, by the failure of its lookup", async () => {
  const { RestError } = await import("@azure/core-rest-pipeline");
  lost = new RestError("getaddrinfo ENOTFOUND myvault.vault.azure.net", { code: "ENOTFOUND" });
  const failed: unknown = await send({ method: "GET", path: "secrets/mysecret" }, 1).catch((error) => error);
  expect(isLostConnection(failed)).toBe(true);
  expect(failed).toBe(lost);
});

test("in a cloud without key vaults there is no client, and the next call looks at the cloud again", async () => {
  const settings = { metadataHost: "private.example" };
  const host = { ...(await cloud.findCloud({ environment: "public" }, signal)), keyVaultDomain: undefined };
  const find = vi.spyOn(cloud, "findCloud").mockResolvedValue(host);
  for (const times of [1, 2]) {
    await expect(vaultClient(settings, vaultUri, signal)).rejects.toThrow(
      "this cloud names no domain for key vaults, and nothing is sent to other hosts",
    );
    expect(find).toHaveBeenCalledTimes(times);
  }
});
