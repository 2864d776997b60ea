import { setTimeout as delay } from "node:timers/promises";
import type { LocalAzure } from "local-azure";
import { expect, it } from "vitest";
import { clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describeWithCli("an error of Azure under pulumi up", () => {
  it("is retried if it is transient: conflicts, throttling, errors and lost responses", async () => {
    const test = await TestStack.start(clientToken({}));
    const generate = { method: "POST", path: /generateCredentials/ };
    test.azure.faults.add({ ...generate, kind: "answer", status: 409, code: "Conflict" });
    test.azure.faults.add({ ...generate, kind: "answer", status: 429, retryAfterSeconds: 1 });
    test.azure.faults.add({ ...generate, kind: "answer", status: 500 });
    test.azure.faults.add({ ...generate, kind: "lose" });
    await test.up();
    const { password1, password2 } = await test.passwords();
    expect(await test.login("edge-client", password1)).toBe(200);
    expect(await test.login("edge-client", password2)).toBe(200);
    expect((await test.preview()).steps).toEqual([]);
  });

  it("keeps the passwords of a partial state that is larger than 64 KB, the limit of many gRPC trailers", async () => {
    let connection: LocalAzure["connection"] | undefined;
    const test = await TestStack.start(async () => {
      const { clientId, clientSecret, tenantId, metadataHost } = connection as LocalAzure["connection"];
      const large = { clientCertificatePassword: "x".repeat(200_000) };
      const azure = { clientId, clientSecret, tenantId, metadataHost, ...large };
      return clientToken({ waitUntilLive: true, azure })();
    });
    connection = test.azure.connection;
    test.azure.faults.add({
      kind: "answer",
      host: "registry",
      status: 403,
      code: "DENIED",
      times: Number.POSITIVE_INFINITY,
    });
    await expect(test.up()).rejects.toThrow("is not known to work");
    test.azure.faults.clear();
    const before = test.azure.requests.length;
    await test.up();
    expect(test.asked(before).filter((request) => request.includes("generateCredentials"))).toEqual([]);
    expect(await test.login("edge-client", (await test.passwords()).password)).toBe(200);
  });

  it("can be cancelled: the wait ends at once, and the next pulumi up continues", async () => {
    const test = await TestStack.start(clientToken({}));
    test.azure.faults.add({ method: "POST", path: /generateCredentials/, kind: "hang" });
    const cancellation = new AbortController();
    const { promise: creating, resolve: seen } = withResolvers();
    const attempt = test.stack
      .up({
        color: "never",
        signal: cancellation.signal,
        onEvent: ({ resourcePreEvent }) => {
          if (resourcePreEvent?.metadata.type === "acr-token:index:TokenCredentials") {
            seen();
          }
        },
      })
      .catch((error: Error) => error);
    await creating;
    // Time for the request to reach Azure, where it hangs.
    await delay(2_000);
    const cancelled = Date.now();
    cancellation.abort();
    expect(String(await attempt)).toContain("cancelled while waiting to generate password1 and password2");
    expect(Date.now() - cancelled).toBeLessThan(10_000);

    await test.up();
    expect(await test.login("edge-client", (await test.passwords()).password)).toBe(200);
  });
});

describeWith("a permanent error of Azure under pulumi up", onlyAtFullSize, () => {
  it("is reported in full, and the next pulumi up continues", async () => {
    const test = await TestStack.start(clientToken({}));
    test.azure.faults.add({
      method: "POST",
      path: /generateCredentials/,
      kind: "answer",
      status: 403,
      code: "AuthorizationFailed",
      message: "The client does not have authorization",
    });
    await expect(test.up()).rejects.toThrow(
      /could not generate password1 and password2 of token edge-client of registry myregistry \(resource group myresourcegroup, subscription [0-9-]+\): Azure answered 403 AuthorizationFailed \(The client does not have authorization\), request id \S+; give the identity a role/,
    );
    await test.up();
    expect(await test.login("edge-client", (await test.passwords()).password)).toBe(200);
  });

  it("does not come from a password that the registry does not know yet, with waitUntilLive", async () => {
    const test = await TestStack.start(clientToken({ waitUntilLive: true }), {
      azure: { replicationLagMs: 4_000 },
    });
    await test.up();
    expect(await test.login("edge-client", (await test.passwords()).password)).toBe(200);
  });
});
