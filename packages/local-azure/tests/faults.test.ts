import { expect, test } from "vitest";
import { arm, http, makeToken, registryOf, registryPath, signIn, startAzure } from "./support.js";

const scopeMap = { properties: { actions: ["repositories/foo/content/read"] } };

test("a response is injected, with Azure's code and Retry-After, and the work is not done", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  azure.faults.add({
    method: "PUT",
    path: /scopeMaps/,
    kind: "answer",
    status: 429,
    code: "TooManyRequests",
    message: "Later.",
    retryAfterSeconds: 7,
  });

  const answer = await request("PUT", path, scopeMap);

  expect(answer.status).toBe(429);
  expect(answer.body.error).toEqual({ code: "TooManyRequests", message: "Later." });
  expect(answer.headers["retry-after"]).toBe("7");
  expect((await request("GET", path)).status).toBe(404);
  expect((await request("PUT", path, scopeMap)).status).toBe(200);
});

test("a connection is reset before the work is done", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  azure.faults.add({ method: "put", kind: "reset" });

  await expect(request("PUT", path, scopeMap)).rejects.toThrow(/socket hang up|ECONNRESET/);

  expect((await request("GET", path)).status).toBe(404);
});

test("the work is done and the response altered: another status, headers, body, or half of the body", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  const headers = { location: "https://elsewhere.example/" };
  azure.faults.add({
    kind: "alter",
    status: 307,
    headers,
    body: (body) => body.replace("edge-map", "other"),
  });

  const answer = await request("PUT", path, scopeMap);

  expect(answer.status).toBe(307);
  expect(answer.headers.location).toBe("https://elsewhere.example/");
  expect(answer.body.id).toContain("/scopeMaps/other");
  expect((await request("GET", path)).body.name).toBe("edge-map");

  azure.faults.add({ kind: "alter", isCut: true });
  await expect(request("GET", path)).rejects.toThrow(/aborted|hang up|terminated|ECONNRESET|JSON/);
});

test("a response is lost after the work is done", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const path = registryPath(azure, "/scopeMaps/edge-map");
  azure.faults.add({ method: "PUT", kind: "lose" });

  await expect(request("PUT", path, scopeMap)).rejects.toThrow(/socket hang up|ECONNRESET/);

  expect((await request("GET", path)).status).toBe(200);
  expect(azure.requests.filter(({ method }) => method === "PUT").map(({ status }) => status)).toEqual([null]);
});

test("a request hangs until close", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  azure.faults.add({ kind: "hang" });
  let settled = false;

  const hanging = request("GET", "/tenants").finally(() => {
    settled = true;
  });
  hanging.catch(() => undefined);
  await expect.poll(() => azure.requests.at(-1)?.url).toContain("/tenants");

  expect((await request("GET", "/tenants")).status).toBe(200);
  expect(settled).toBe(false);
  await azure.close();
  await expect(hanging).rejects.toThrow(/socket hang up|ECONNRESET/);
});

test("a response is delayed", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  azure.faults.add({ kind: "delay", milliseconds: 250 });
  const begun = performance.now();

  const answer = await request("GET", "/tenants");

  expect(answer.status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(245);
});

test("faults affect their number of requests, or requests until they are cleared, in the order of adding", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const statuses = async (count: number) => {
    const all = [];
    for (let i = 0; i < count; i++) {
      all.push((await request("GET", "/tenants")).status);
    }
    return all;
  };
  azure.faults.add({ kind: "answer", status: 502, times: 0 });
  azure.faults.add({ kind: "answer", status: 503, times: 2 });
  azure.faults.add({ kind: "answer", status: 500 });
  expect(await statuses(4)).toEqual([503, 503, 500, 200]);

  azure.faults.add({ kind: "answer", status: 503, times: Number.POSITIVE_INFINITY });
  expect(await statuses(3)).toEqual([503, 503, 503]);
  azure.faults.clear();
  expect(await statuses(1)).toEqual([200]);
});

test("a fault affects only requests that match its method, path and host", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const fault = { kind: "answer", status: 503, times: Number.POSITIVE_INFINITY } as const;
  azure.faults.add({ ...fault, method: "POST" });
  azure.faults.add({ ...fault, path: /resourceGroups/g });
  azure.faults.add({ ...fault, host: "registry" });

  expect((await request("GET", "/tenants")).status).toBe(200);
  expect((await request("GET", registryPath(azure))).status).toBe(503);
  expect((await request("GET", registryPath(azure))).status).toBe(503);
});

test("faults affect the sign-in host and the registry's host, too, in their own error forms", async () => {
  const azure = await startAzure();
  const { name, passwords } = await makeToken(azure);
  azure.faults.add({ host: "authority", kind: "answer", status: 503, code: "busy" });
  azure.faults.add({ path: /^\/oauth2\/token\?/, kind: "answer", status: 503, code: "TOOMANYREQUESTS" });

  expect(await signIn(azure)).toBeUndefined();
  const { loginServer } = azure.connection.registries[0];
  const answer = await http(azure.connection, `https://${loginServer}/oauth2/token?service=${loginServer}`);
  expect(answer.body.errors[0].code).toBe("TOOMANYREQUESTS");
  expect(await registryOf(azure).login(name, passwords[0])).toBe(200);
});

test("latency delays every response", async () => {
  const azure = await startAzure({ latencyMs: 100 });
  const begun = performance.now();

  await http(azure.connection, `${azure.connection.resourceManager}/tenants`);

  expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
});
