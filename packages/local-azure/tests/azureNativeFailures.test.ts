/** The stand-in for azure-native, over its real protocol, against a local Azure: failures and configuration. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PluginClient } from "local-azure/pulumi";
import { describe, expect, onTestFinished, test } from "vitest";
import { azureNative, inRegistry, pullToken, start, token } from "./azureNativeSupport";

const environment = azureNative();

describe("a transient failure", () => {
  const read = async () => {
    const { native, azure } = environment;
    const { result } = await native.invoke("azure-native:containerregistry:getRegistry", inRegistry);
    expect(result.name).toBe("myregistry");
    return azure;
  };

  test.each([408, 429, 500, 502, 503, 504])("is retried up to three times: %d", async (status) => {
    environment.azure.faults.add({ kind: "answer", status, path: /registries/, times: 3 });
    await read();
    environment.azure.faults.add({ kind: "answer", status, path: /registries/, times: 4 });
    await expect(read()).rejects.toThrow(`Status=${status} Code="InjectedFault"`);
  });

  test("is a conflict only if another operation is in progress", async () => {
    const conflict = { kind: "answer", status: 409, path: /registries/ } as const;
    environment.azure.faults.add({ ...conflict, code: "AnotherOperationInProgress" });
    await read();
    environment.azure.faults.add({ ...conflict, code: "Conflict", message: "Busy." });
    await expect(read()).rejects.toThrow('Status=409 Code="Conflict" Message="Busy."');
  });

  test("is retried after Retry-After, and after azure-native's own delay for 0", async () => {
    environment.azure.faults.add({ kind: "answer", status: 503, retryAfterSeconds: 1, path: /registries/ });
    const started = performance.now();
    await read();
    expect(performance.now() - started).toBeGreaterThan(1_000);
    environment.azure.faults.add({ kind: "answer", status: 503, retryAfterSeconds: 0, path: /registries/ });
    const again = performance.now();
    await read();
    expect(performance.now() - again).toBeGreaterThan(16);
  });
});

describe("a creation", () => {
  const inputs = (name: string) => ({ ...pullToken(environment.azure), tokenName: name });

  test("that cannot read the existing resource fails with the status", async () => {
    environment.azure.faults.add({
      kind: "answer",
      status: 403,
      path: /tokens\/no-sight/,
      code: "AuthorizationFailed",
    });
    await expect(environment.native.create(token, inputs("no-sight"))).rejects.toThrow(
      /^cannot check existence of resource '.*tokens\/no-sight': status code 403, \{"error":\{"code":"AuthorizationFailed"/,
    );
  });

  test("whose operation fails is saved with the outputs that exist", async () => {
    environment.azure.faults.add({
      kind: "operation",
      ends: "Failed",
      code: "Broken",
      path: /tokens\/given-up/,
    });
    const failure = await environment.native
      .create(token, inputs("given-up"))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: expect.stringContaining('Code="Broken"'),
      partial: { id: expect.stringMatching(/tokens\/given-up$/), properties: { name: "given-up" } },
    });
  });

  test("succeeds without the final read if the read fails", async () => {
    const path = /tokens\/unseen\?/;
    environment.azure.faults.add({ kind: "delay", milliseconds: 0, method: "GET", path });
    environment.azure.faults.add({ kind: "answer", status: 403, method: "GET", path });
    expect((await environment.native.create(token, inputs("unseen"))).outputs).toMatchObject({
      name: "unseen",
    });
  });
});

describe("a refresh", () => {
  test.each(["ResourceNotFound", "SomethingElse"])("treats a 404 %s as a deleted resource", async (code) => {
    const { id, outputs } = await environment.native.create(token, {
      ...pullToken(environment.azure),
      tokenName: `refreshed-${code}`,
    });
    environment.azure.faults.add({ kind: "answer", status: 404, code, path: /tokens\/refreshed/ });
    expect(await environment.native.read(id, token, outputs, {})).toBeUndefined();
  });
});

describe("Pulumi's cancel", () => {
  /** The outcome of work on another stand-in, which is cancelled once a request hangs. */
  async function cancelled<T>(path: RegExp, work: (client: PluginClient) => Promise<T>): Promise<unknown> {
    const client = await start(environment.azure);
    try {
      await client.configure();
      environment.azure.faults.add({ kind: "hang", path });
      const outcome = work(client).catch((error: unknown) => error);
      await expect.poll(() => environment.azure.requests.at(-1)?.status).toBeNull();
      await client.cancel();
      return await Promise.race([outcome, new Promise((done) => setTimeout(done, 500, "still running"))]);
    } finally {
      await client.close();
    }
  }

  test("ends a creation; a resource that Azure has accepted is saved without outputs", async () => {
    const inputs = { ...pullToken(environment.azure), tokenName: "interrupted" };
    expect(await cancelled(/operationStatuses/, (client) => client.create(token, inputs))).toMatchObject({
      message: "resource created but read failed context canceled: context canceled",
      partial: { id: expect.stringMatching(/tokens\/interrupted$/), properties: {}, inputs },
    });
  });

  test("before Azure's response saves nothing", async () => {
    const inputs = { ...pullToken(environment.azure), tokenName: "forgotten" };
    const failure = await cancelled(/tokens\/forgotten/, (client) => client.create(token, inputs));
    expect(failure).toMatchObject({ message: "context canceled", partial: undefined });
  });

  test("does not end a function", async () => {
    const got = await cancelled(/registries/, (client) =>
      client.invoke("azure-native:containerregistry:getRegistry", inRegistry),
    );
    expect(got).toBe("still running");
  });
});

describe("configuration", () => {
  const noAccess = Object.fromEntries(
    ["CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "SUBSCRIPTION_ID", "METADATA_HOSTNAME", "METADATA_HOST"].map(
      (name) => [`ARM_${name}`, undefined],
    ),
  );

  /** A stand-in that trusts the local Azure and has no other settings in its environment. */
  async function withConfiguration<T>(
    variables: Record<string, string>,
    use: (client: PluginClient) => Promise<T>,
  ): Promise<T> {
    const client = await start(environment.azure, noAccess);
    try {
      await client.configure(
        Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [`azure-native:config:${name}`, value]),
        ),
      );
      return await use(client);
    } finally {
      await client.close();
    }
  }

  const access = () => {
    const { metadataHost, tenantId, clientId, clientSecret, subscriptionId } = environment.azure.connection;
    return { metadataHost, tenantId, clientId, clientSecret, subscriptionId };
  };

  const ask = (client: PluginClient) =>
    client.invoke("azure-native:containerregistry:getRegistry", inRegistry);

  test("is checked with the first request", async () => {
    await withConfiguration({}, async (client) => {
      expect((await client.check(token, {}, inRegistry)).failures).toEqual([]);
      await expect(ask(client)).rejects.toThrow("'metadataHost' is not set");
    });
  });

  test("replaces the environment variables", async () => {
    const { result } = await withConfiguration(access(), (client) =>
      client.invoke("azure-native:containerregistry:getRegistry", inRegistry),
    );

    expect(result.name).toBe("myregistry");
  });

  test("fails without metadataHost with a message that the stand-in supports only a local Azure", async () => {
    const { metadataHost: _, ...rest } = access();

    await expect(withConfiguration(rest, ask)).rejects.toThrow(
      /'metadataHost' is not set.*only to a local Azure.*ARM_METADATA_HOSTNAME/,
    );
  });

  test("with another host than this machine is refused", async () => {
    await expect(
      withConfiguration({ ...access(), metadataHost: "management.azure.com" }, ask),
    ).rejects.toThrow("'management.azure.com' is not on this machine");
  });

  test("without a secret signs in by OIDC, with a given token or the token of a workflow", async () => {
    const { clientSecret: _, ...rest } = access();
    const { oidcToken } = environment.azure.connection;
    const asked: unknown[] = [];
    const issuer = createServer(({ url, headers }, response) => {
      asked.push([url, headers.authorization]);
      response.end(JSON.stringify({ value: oidcToken }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void issuer.close());
    const { port } = issuer.address() as AddressInfo;
    const workflow = {
      oidcRequestUrl: `http://127.0.0.1:${port}/?api-version=2`,
      oidcRequestToken: "b3arer",
    };
    for (const oidc of [{ oidcToken }, workflow]) {
      const { result } = await withConfiguration({ ...rest, useOidc: "true", ...oidc }, ask);
      expect(result.name).toBe("myregistry");
    }
    expect(asked).toEqual([["/?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange", "Bearer b3arer"]]);
    await expect(withConfiguration({ ...rest, ...workflow }, ask)).rejects.toThrow(
      "'clientSecret' is not set",
    );
    const elsewhere = { ...workflow, useOidc: "true", oidcRequestUrl: "https://token.actions.example" };
    await expect(withConfiguration({ ...rest, ...elsewhere }, ask)).rejects.toThrow("is not on this machine");
  });

  test("with a wrong secret fails without showing the secret", async () => {
    const failure = await withConfiguration({ ...access(), clientSecret: "wr0ng-s3cret" }, (client) =>
      client.invoke("azure-native:containerregistry:getRegistry", inRegistry),
    ).catch(String);

    expect(failure).toMatch(/Signing in as client .* failed: 401/);
    expect(failure).not.toContain("wr0ng-s3cret");
  });
});
