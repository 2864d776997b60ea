/** The stand-in for azure-native, over its real protocol, against a local Azure. */
import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { version } from "@pulumi/azure-native/package.json";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient, standIn } from "local-azure/pulumi";
import { type Properties, unknown, urn } from "provider-protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const token = urn("azure-native:containerregistry:Token", "gateway-token");
const scopeMap = urn("azure-native:containerregistry:ScopeMap", "gateway-scope-map");
const registry = urn("azure-native:containerregistry:Registry", "registry");
const group = urn("azure-native:resources:ResourceGroup", "group");

const inRegistry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };

let azure: LocalAzure;
let native: PluginClient;

beforeAll(async () => {
  azure = await startLocalAzure();
  native = await PluginClient.start(standIn("azure-native"), { env: azure.environment });
  await native.configure();
});

afterAll(async () => {
  await native?.close();
  await azure?.close();
});

beforeEach(() => azure.faults.clear());

test("has the version that the SDK asks for", async () => {
  expect(await native.getPluginInfo()).toEqual({ version });
});

describe("check", () => {
  test("takes the logical name, and the version that it speaks", async () => {
    const { inputs, failures } = await native.check(token, {}, { ...inRegistry, status: null });

    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      ...inRegistry,
      tokenName: "gateway-token",
      azureApiVersion: "2024-11-01-preview",
    });
  });

  test("a module with a version speaks that one", async () => {
    const older = urn("azure-native:containerregistry/v20230701:Token", "gateway-token");

    expect((await native.check(older, {}, inRegistry)).inputs.azureApiVersion).toBe("2023-07-01");
  });

  test("a registry gets a random name that it keeps, and its resource group's location", async () => {
    const given = { resourceGroupName: "myresourcegroup", sku: { name: "Premium" } };

    const { inputs } = await native.check(registry, {}, given);

    expect(inputs.registryName).toMatch(/^registry[\da-f]{8}$/);
    expect(inputs).toMatchObject({ location: "westeurope", __createBeforeDelete: true });
    expect((await native.check(registry, inputs, given)).inputs).toEqual(inputs);
  });

  test("what is not known yet stays unknown", async () => {
    const { inputs, failures } = await native.check(
      registry,
      {},
      { resourceGroupName: unknown, registryName: unknown, sku: { name: "Premium" } },
    );

    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ registryName: unknown, location: unknown });
  });

  test("what is missing or misnamed is a failure", async () => {
    const { failures } = await native.check(
      scopeMap,
      {},
      { ...inRegistry, scopeMapName: "no spaces please" },
    );

    expect(failures).toEqual([
      { property: "actions", reason: "missing required property 'actions'" },
      { property: "scopeMapName", reason: "'scopeMapName' does not match expression '^[a-zA-Z0-9-_]*$'" },
    ]);
    expect((await native.check(group, {}, {})).failures[0]?.reason).toContain("azure-native:location");
  });

  test("other types are not there", async () => {
    const vault = urn("azure-native:keyvault:Vault", "vault");

    await expect(native.check(vault, {}, {})).rejects.toThrow(/no resource type.*containerregistry:Token/);
  });
});

describe("diff", () => {
  const olds = { ...inRegistry, tokenName: "gateway-token", status: "enabled" };

  test("a property is updated in place", async () => {
    expect(await native.diff("id", token, {}, { ...olds, status: "disabled" }, olds)).toEqual({
      changes: "some",
      replaces: [],
      deleteBeforeReplace: false,
      diffs: ["status"],
      detailedDiff: { status: "update" },
    });
  });

  test.each(["resourceGroupName", "registryName", "tokenName"])(
    "another %s is a replacement",
    async (name) => {
      expect(await native.diff("id", token, {}, { ...olds, [name]: "another" }, olds)).toMatchObject({
        replaces: [name],
        deleteBeforeReplace: true,
        detailedDiff: { [name]: "update-replace" },
      });
    },
  );

  test("what has a random name is replaced before it is deleted", async () => {
    const random = { resourceGroupName: "g", registryName: "registry01234567", __createBeforeDelete: true };

    expect(
      await native.diff("id", registry, {}, { ...random, resourceGroupName: "h" }, random),
    ).toMatchObject({ replaces: ["resourceGroupName"], deleteBeforeReplace: false });
  });

  test("the spelling of a location does not matter", async () => {
    const west = { resourceGroupName: "g", location: "westeurope" };

    expect(await native.diff("id", group, {}, { ...west, location: "West Europe" }, west)).toMatchObject({
      changes: "none",
    });
  });

  test("changes deep inside are named", async () => {
    const old = { ...inRegistry, actions: ["a", "b"] };

    const { detailedDiff } = await native.diff("id", scopeMap, {}, { ...old, actions: ["a", "c", "d"] }, old);

    expect(detailedDiff).toEqual({ "actions[1]": "update", "actions[2]": "add" });
  });
});

describe("previews", () => {
  test("of a creation know the inputs and nothing else", async () => {
    const inputs = { ...inRegistry, tokenName: "gateway-token", status: "enabled", scopeMapId: unknown };
    const before = azure.requests.length;

    const { id, outputs } = await native.create(token, inputs, { preview: true });

    expect(id).toBe("");
    expect(outputs).toMatchObject({ status: "enabled", scopeMapId: unknown, name: unknown });
    expect(azure.requests.length).toBe(before);
  });

  test("of an update know the name", async () => {
    const inputs = { ...inRegistry, tokenName: "gateway-token", status: "disabled" };

    const outputs = await native.update("id", token, { name: "gateway-token" }, inputs, inputs, {
      preview: true,
    });

    expect(outputs).toMatchObject({ status: "disabled", name: "gateway-token", creationDate: unknown });
  });
});

describe("a token", () => {
  let inputs: Properties;
  let state: { id: string; outputs: Properties };

  const program = () => ({
    ...inRegistry,
    status: "enabled",
    scopeMapId:
      `/subscriptions/${azure.connection.subscriptionId}/resourceGroups/myresourcegroup` +
      "/providers/Microsoft.ContainerRegistry/registries/myregistry/scopeMaps/_repositories_pull",
  });

  beforeEach(async () => {
    if (state) {
      await native.delete(state.id, token, state.outputs);
    }
    ({ inputs } = await native.check(token, {}, program()));
    state = await native.create(token, inputs);
  });

  test("is created, read and deleted", async () => {
    const { id, outputs } = state;

    expect(id).toMatch(/\/registries\/myregistry\/tokens\/gateway-token$/);
    expect(outputs).toMatchObject({
      name: "gateway-token",
      status: "enabled",
      provisioningState: "Succeeded",
      credentials: { passwords: [] },
      azureApiVersion: "2024-11-01-preview",
    });
    expect(await native.read(id, token, outputs, inputs)).toEqual({ id, outputs, inputs });

    await native.delete(id, token, outputs, inputs);
    expect(await native.read(id, token, outputs, inputs)).toBeUndefined();
    // What is gone already is deleted.
    await native.delete(id, token, outputs, inputs);
  });

  test("that is there is not taken over", async () => {
    await expect(native.create(token, inputs)).rejects.toThrow("cannot create already existing resource");
  });

  test("can be imported", async () => {
    expect((await native.read(state.id, token, {}))?.inputs).toMatchObject({
      ...inRegistry,
      tokenName: "gateway-token",
      status: "enabled",
    });
  });

  test("loses its passwords by an update, which is a PUT", async () => {
    await generatePasswords();
    expect(await passwordsInAzure()).toHaveLength(2);

    const news = { ...inputs, status: "disabled" };
    const outputs = await native.update(state.id, token, state.outputs, news, inputs);

    expect(outputs).toMatchObject({ status: "disabled", credentials: { passwords: [] } });
    expect(await passwordsInAzure()).toHaveLength(0);
  });

  test("gets what changed in Azure into its inputs by a refresh", async () => {
    await generatePasswords();
    await callAzure("PATCH", state.id, { properties: { status: "disabled" } });

    const refreshed = await native.read(state.id, token, state.outputs, inputs);

    expect(refreshed?.inputs.status).toBe("disabled");
    expect(refreshed?.inputs.credentials).toMatchObject({
      passwords: [{ name: "password1" }, { name: "password2" }],
    });
    expect(JSON.stringify(refreshed)).not.toContain('"value"');
    // The program says otherwise, so the next preview shows it.
    const news = (await native.check(token, refreshed?.inputs ?? {}, program())).inputs;
    expect(
      (await native.diff(state.id, token, refreshed?.outputs ?? {}, news, refreshed?.inputs)).diffs,
    ).toEqual(expect.arrayContaining(["credentials", "status"]));
  });

  test("is got by a function", async () => {
    const got = await native.invoke("azure-native:containerregistry:getToken", {
      ...inRegistry,
      tokenName: "gateway-token",
    });

    expect(got.result).toMatchObject({ id: state.id, name: "gateway-token", status: "enabled" });
    await expect(
      native.invoke("azure-native:containerregistry:getToken", { ...inRegistry, tokenName: "nobody" }),
    ).rejects.toThrow(/tokens\/nobody.*no such Token/);
  });

  test("outlives a busy Azure", async () => {
    azure.faults.add({ kind: "answer", status: 429, retryAfter: 0, method: "GET", times: 2 });

    expect(await native.read(state.id, token, state.outputs, inputs)).toBeDefined();
  });

  test("that Azure does not finish is remembered all the same", async () => {
    await native.delete(state.id, token, state.outputs);
    azure.faults.add({ kind: "answer", status: 400, path: /operationStatuses/i });

    const failure = await native.create(token, inputs).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      message: expect.stringContaining("InjectedFault"),
      partial: { id: state.id, properties: { name: "gateway-token" }, inputs },
    });
  });

  async function generatePasswords(): Promise<void> {
    const registryId = state.id.slice(0, state.id.indexOf("/tokens/"));
    await callAzure("POST", `${registryId}/generateCredentials`, { tokenId: state.id });
    await expect.poll(passwordsInAzure).toHaveLength(2);
  }

  async function passwordsInAzure(): Promise<unknown[]> {
    const { properties } = (await callAzure("GET", state.id)) as {
      properties: { credentials: { passwords: unknown[] } };
    };
    return properties.credentials.passwords;
  }
});

test("a resource group, a registry and a scope map live and die", async () => {
  const groupInputs = (await native.check(group, {}, { location: "westeurope" })).inputs;
  const madeGroup = await native.create(group, groupInputs);
  const registryInputs = (
    await native.check(
      registry,
      {},
      { resourceGroupName: madeGroup.outputs.name, sku: { name: "Premium" }, tags: { a: "b" } },
    )
  ).inputs;
  const madeRegistry = await native.create(registry, registryInputs);
  expect(madeRegistry.outputs.loginServer).toMatch(/:\d+$/);
  const { result } = await native.invoke("azure-native:containerregistry:getRegistry", registryInputs);
  expect(result.loginServer).toBe(madeRegistry.outputs.loginServer);

  const scopeMapInputs = (
    await native.check(
      scopeMap,
      {},
      {
        resourceGroupName: madeGroup.outputs.name,
        registryName: madeRegistry.outputs.name,
        actions: ["repositories/app/content/read"],
      },
    )
  ).inputs;
  const madeScopeMap = await native.create(scopeMap, scopeMapInputs);
  const more = {
    ...scopeMapInputs,
    actions: ["repositories/app/content/read", "repositories/b/metadata/read"],
  };
  expect(await native.update(madeScopeMap.id, scopeMap, {}, more, scopeMapInputs)).toMatchObject({
    actions: more.actions,
  });

  await native.delete(madeScopeMap.id, scopeMap, {});
  await native.delete(madeRegistry.id, registry, {});
  await native.delete(madeGroup.id, group, {});
  expect(await native.read(madeGroup.id, group, {}, groupInputs)).toBeUndefined();
});

describe("configuration", () => {
  const noAccess = Object.fromEntries(
    ["CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "SUBSCRIPTION_ID", "METADATA_HOSTNAME", "METADATA_HOST"].map(
      (name) => [`ARM_${name}`, undefined],
    ),
  );

  /** A stand-in that trusts the local Azure, and has nothing else from the environment. */
  async function withConfiguration<T>(
    variables: Record<string, string>,
    use: (client: PluginClient) => Promise<T>,
  ): Promise<T> {
    const client = await PluginClient.start(standIn("azure-native"), {
      env: { ...azure.environment, ...noAccess },
    });
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
    const { metadataHost, tenantId, clientId, clientSecret, subscriptionId } = azure.connection;
    return { metadataHost, tenantId, clientId, clientSecret, subscriptionId };
  };

  test("does as well as the environment", async () => {
    const { result } = await withConfiguration(access(), (client) =>
      client.invoke("azure-native:containerregistry:getRegistry", inRegistry),
    );

    expect(result.name).toBe("myregistry");
  });

  test("without metadataHost it says that it is for a local Azure alone", async () => {
    const { metadataHost: _, ...rest } = access();

    await expect(withConfiguration(rest, async () => {})).rejects.toThrow(
      /'metadataHost' is not set.*only to a local Azure.*ARM_METADATA_HOSTNAME/,
    );
  });

  test("it speaks to nobody but this machine", async () => {
    await expect(
      withConfiguration({ ...access(), metadataHost: "management.azure.com" }, async () => {}),
    ).rejects.toThrow("'management.azure.com' is not on this machine");
  });

  test("what is under way is given up when Pulumi cancels", async () => {
    const failure = await withConfiguration(access(), async (client) => {
      azure.faults.add({ kind: "hang", path: /registries/ });
      const got = client.invoke("azure-native:containerregistry:getRegistry", inRegistry).catch(String);
      await expect.poll(() => azure.requests.at(-1)?.status).toBeNull();
      await client.cancel();
      return got;
    });

    expect(failure).toContain("Cancelled.");
  });

  test("a wrong secret is refused without being shown", async () => {
    const failure = await withConfiguration({ ...access(), clientSecret: "wr0ng-s3cret" }, (client) =>
      client.invoke("azure-native:containerregistry:getRegistry", inRegistry),
    ).catch(String);

    expect(failure).toMatch(/Signing in as client .* failed: 401/);
    expect(failure).not.toContain("wr0ng-s3cret");
  });
});

/** Asks the local Azure for something that azure-native cannot do. */
async function callAzure(method: string, id: string, body?: object): Promise<unknown> {
  const { authority, resourceManager, tenantId, clientId, clientSecret } = azure.connection;
  const signIn = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${resourceManager}/.default`,
  });
  const { access_token } = (await call("POST", `${authority}/${tenantId}/oauth2/v2.0/token`, {
    body: String(signIn),
    type: "application/x-www-form-urlencoded",
  })) as { access_token: string };
  return call(method, `${resourceManager}${id}?api-version=2025-11-01`, {
    body: body && JSON.stringify(body),
    type: "application/json",
    token: access_token,
  });
}

/** fetch cannot trust a certificate that was made after the process started. */
function call(
  method: string,
  url: string,
  { body, type, token }: { body?: string; type: string; token?: string },
): Promise<unknown> {
  return new Promise((done, fail) => {
    const headers = { "content-type": type, ...(token && { authorization: `Bearer ${token}` }) };
    const ca = readFileSync(azure.connection.caFile);
    const request = httpsRequest(url, { method, headers, ca }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () =>
        (response.statusCode ?? 500) < 400
          ? done(text ? JSON.parse(text) : {})
          : fail(new Error(`${method} ${url}: ${response.statusCode} ${text}`)),
      );
    });
    request.on("error", fail).end(body);
  });
}
