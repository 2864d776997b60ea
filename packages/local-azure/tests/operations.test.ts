import { expect, test } from "vitest";
import { type Arm, arm, group, registry, registryPath, startAzure } from "./support.js";

const actions = ["repositories/azureiotedge-agent/content/read"];
const pull = "/scopeMaps/_repositories_pull";

/** Starts a PUT of a token and a PATCH of a scope map, and returns their polling addresses. */
async function startBoth(
  azure: Parameters<typeof registryPath>[0],
  request: Arm,
): Promise<{ token: string; scopeMap: string }> {
  const scopeMap = registryPath(azure, "/scopeMaps/edge-map");
  await request("PUT", scopeMap, { properties: { actions } });
  const put = await request("PUT", registryPath(azure, "/tokens/edge-1"), {
    properties: { scopeMapId: registryPath(azure, pull) },
  });
  const patch = await request("PATCH", scopeMap, { properties: { description: "for the edge" } });
  return {
    token: String(put.headers["azure-asyncoperation"]),
    scopeMap: String(patch.headers["azure-asyncoperation"]),
  };
}

test("an operation is polled below its resource's path, at an address as long as Azure's", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const { token, scopeMap } = await startBoth(azure, request);

  const guid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  const url = new URL(token);
  expect(url.origin).toBe(azure.connection.resourceManager);
  expect(url.pathname).toMatch(
    new RegExp(`^${registryPath(azure, "/tokens/edge-1")}/operationStatuses/token-${guid}$`),
  );
  expect(new URL(scopeMap).pathname).toMatch(
    new RegExp(`^${registryPath(azure, "/scopeMaps/edge-map")}/operationStatuses/scopeMap-${guid}$`),
  );
  expect([...url.searchParams.keys()]).toEqual(["api-version", "t", "c", "s", "h"]);
  expect(url.searchParams.get("api-version")).toBe("2025-11-01");
  expect(url.searchParams.get("t")).toMatch(/^6\d{17}$/);
  expect(token.length).toBeGreaterThan(3_800);
  expect(token.length).toBeLessThan(4_200);
});

test("the response to a poll has a new address for the same operation", async () => {
  const azure = await startAzure({ operationMs: 100 });
  const request = await arm(azure);
  const { token } = await startBoth(azure, request);

  const first = await request("GET", token);
  const again = String(first.headers["azure-asyncoperation"]);

  expect(new URL(again).pathname).toBe(new URL(token).pathname);
  await expect.poll(async () => (await request("GET", again)).body.status).toBe("Succeeded");
  const last = await request("GET", token);
  expect(last.body).toEqual({ status: "Succeeded" });
  expect(last.headers["azure-asyncoperation"]).toContain(new URL(token).pathname);
});

test("there is no Retry-After on a PUT of a token, a PATCH of a scope map, and their polls", async () => {
  const azure = await startAzure({ operationMs: 5_000 });
  const request = await arm(azure);
  const scopeMap = registryPath(azure, "/scopeMaps/edge-map");
  await request("PUT", scopeMap, { properties: { actions } });
  const put = await request("PUT", registryPath(azure, "/tokens/edge-1"), {
    properties: { scopeMapId: registryPath(azure, pull) },
  });
  const patch = await request("PATCH", scopeMap, { properties: { actions } });

  const polls = await Promise.all(
    [put, patch].map(({ headers }) => request("GET", String(headers["azure-asyncoperation"]))),
  );

  expect(polls.map(({ body }) => body.status)).toEqual(["Creating", "Updating"]);
  for (const { headers } of [put, patch, ...polls]) {
    expect(headers).not.toHaveProperty("retry-after");
    expect(headers).not.toHaveProperty("retry-after-ms");
  }
});

test("Retry-After is sent if configured, until the operation has ended", async () => {
  const azure = await startAzure({ operationMs: 1_500, retryAfterSeconds: 10 });
  const request = await arm(azure);
  const put = await request("PUT", registryPath(azure, "/tokens/edge-1"), {
    properties: { scopeMapId: registryPath(azure, pull) },
  });
  const address = String(put.headers["azure-asyncoperation"]);

  const during = await request("GET", address);
  await expect.poll(async () => (await request("GET", address)).body.status).toBe("Succeeded");
  const after = await request("GET", address);

  expect([put, during, after].map(({ headers }) => headers["retry-after"])).toEqual(["10", "10", undefined]);
});

test("an altered, invented or moved address is 404", async () => {
  const azure = await startAzure({
    registries: [
      { name: registry, resourceGroup: group },
      { name: "another1", resourceGroup: group },
    ],
  });
  const request = await arm(azure);
  const { token, scopeMap } = await startBoth(azure, request);
  const changed = (name: string, change: (value: string) => string) => {
    const url = new URL(token);
    url.searchParams.set(name, change(url.searchParams.get(name) ?? ""));
    return url.href;
  };
  const otherCharacter = (value: string) => (value.startsWith("A") ? "B" : "A") + value.slice(1);
  const without = new URL(token);
  without.search = "?api-version=2025-11-01";
  const addresses = [
    changed("api-version", () => "2025-04-01"),
    changed("t", (ticks) => String(BigInt(ticks) + 1n)),
    ...["c", "s", "h"].map((name) => changed(name, otherCharacter)),
    without.href,
    token.replace(/token-[0-9a-f-]+/, "token-00000000-0000-4000-8000-000000000000"),
    token.replace(`/registries/${registry}/`, "/registries/another1/"),
    token.replace("/tokens/edge-1/", "/tokens/edge-2/"),
    token.replace(
      /\/tokens\/edge-1\/operationStatuses\/token-[0-9a-f-]+/,
      new URL(scopeMap).pathname.slice(registryPath(azure).length),
    ),
    token.replace("operationStatuses", "operationResults"),
  ];

  for (const address of addresses) {
    const { status, body } = await request("GET", address);
    expect([address.slice(0, 300), status, body.error?.code]).toEqual([
      address.slice(0, 300),
      404,
      "OperationNotFound",
    ]);
  }
  expect((await request("GET", token)).body).toEqual({ status: "Succeeded" });
});

test("an operation of another local Azure is not found", async () => {
  const [azure, other] = [await startAzure(), await startAzure()];
  const { token } = await startBoth(azure, await arm(azure));

  const answer = await (await arm(other))(
    "GET",
    token.replace(azure.connection.resourceManager, other.connection.resourceManager),
  );

  expect(answer.status).toBe(404);
});

test("the result of a deletion is polled below the deleted resource", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  await startBoth(azure, request);

  for (const [below, kind] of [
    ["/tokens/edge-1", "token"],
    ["/scopeMaps/edge-map", "scopeMap"],
    ["", "registries"],
  ]) {
    const { headers } = await request("DELETE", registryPath(azure, below));
    expect(new URL(headers.location ?? "").pathname).toMatch(
      new RegExp(`^${registryPath(azure, below)}/operationResults/${kind}-[0-9a-f-]{36}$`),
    );
    expect((await request("GET", headers.location ?? "")).status).toBe(200);
  }
});
