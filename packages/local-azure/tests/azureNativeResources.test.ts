/** The stand-in for azure-native, over its real protocol, against a local Azure: the operations on resources. */
import type { Properties } from "provider-server";
import { beforeEach, describe, expect, test } from "vitest";
import { azureNative, group, inRegistry, pullToken, registry, scopeMap, token } from "./azureNativeSupport";
import { arm, registryPath } from "./support";

const environment = azureNative();

describe("a token", () => {
  let inputs: Properties;
  let state: { id: string; outputs: Properties };

  const program = () => pullToken(environment.azure);

  beforeEach(async () => {
    if (state) {
      await environment.native.delete(state.id, token, state.outputs);
    }
    ({ inputs } = await environment.native.check(token, {}, program()));
    state = await environment.native.create(token, inputs);
  });

  test("is created, read and deleted", async () => {
    const { id, outputs } = state;

    expect(id).toMatch(/\/registries\/myregistry\/tokens\/gateway-token$/);
    expect(outputs).toMatchObject({
      id,
      name: "gateway-token",
      status: "enabled",
      provisioningState: "Succeeded",
      credentials: { passwords: [] },
      azureApiVersion: "2024-11-01-preview",
    });
    expect(await environment.native.read(id, token, outputs, inputs)).toEqual({ id, outputs, inputs });

    await environment.native.delete(id, token, outputs, inputs);
    expect(await environment.native.read(id, token, outputs, inputs)).toBeUndefined();
    // A missing token counts as deleted.
    await environment.native.delete(id, token, outputs, inputs);
  });

  test("that already exists is not adopted", async () => {
    await expect(environment.native.create(token, inputs)).rejects.toThrow(
      "cannot create already existing resource",
    );
  });

  test("can be imported", async () => {
    const imported = await environment.native.read(state.id, token, {});
    expect(imported?.inputs).toEqual({ ...program(), tokenName: "gateway-token" });
    // The next preview shows no change, although only the program's inputs have a version.
    const { changes } = await environment.native.diff(
      state.id,
      token,
      imported?.outputs ?? {},
      inputs,
      imported?.inputs,
    );
    expect(changes).toBe("none");
  });

  test("loses its passwords with an update, which is a PUT", async () => {
    await generatePasswords();
    expect(await passwordsInAzure()).toHaveLength(2);

    const news = { ...inputs, status: "disabled" };
    const outputs = await environment.native.update(state.id, token, state.outputs, news, inputs);

    expect(outputs).toMatchObject({ status: "disabled", credentials: { passwords: [] } });
    expect(await passwordsInAzure()).toHaveLength(0);
  });

  test("gets changes in Azure into its inputs by a refresh", async () => {
    await generatePasswords();
    await (await arm(environment.azure))("PATCH", state.id, { properties: { status: "disabled" } });

    const refreshed = await environment.native.read(state.id, token, state.outputs, inputs);

    expect(refreshed?.inputs.status).toBe("disabled");
    expect(refreshed?.inputs.credentials).toMatchObject({
      passwords: [{ name: "password1" }, { name: "password2" }],
    });
    expect(JSON.stringify(refreshed)).not.toContain('"value"');
    // The program has another value, so the next preview shows a change.
    const news = (await environment.native.check(token, refreshed?.inputs ?? {}, program())).inputs;
    expect(
      (await environment.native.diff(state.id, token, refreshed?.outputs ?? {}, news, refreshed?.inputs))
        .diffs,
    ).toEqual(expect.arrayContaining(["credentials", "status"]));
  });

  test("is returned by a function", async () => {
    const got = await environment.native.invoke("azure-native:containerregistry:getToken", {
      ...inRegistry,
      tokenName: "gateway-token",
    });

    expect(got.result).toMatchObject({ id: state.id, name: "gateway-token", status: "enabled" });
    await expect(
      environment.native.invoke("azure-native:containerregistry:getToken", {
        ...inRegistry,
        tokenName: "nobody",
      }),
    ).rejects.toThrow(/^request failed .*tokens\/nobody: Status=404 Code="ResourceNotFound" Message="/);
  });

  test("is read in spite of throttling", async () => {
    environment.azure.faults.add({
      kind: "answer",
      status: 429,
      retryAfterSeconds: 0,
      method: "GET",
      times: 2,
    });

    expect(await environment.native.read(state.id, token, state.outputs, inputs)).toBeDefined();
  });

  test("whose operation does not succeed is still saved", async () => {
    await environment.native.delete(state.id, token, state.outputs);
    environment.azure.faults.add({ kind: "answer", status: 400, path: /operationStatuses/i });

    const failure = await environment.native.create(token, inputs).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      message: expect.stringContaining("InjectedFault"),
      partial: { id: state.id, properties: { name: "gateway-token" }, inputs },
    });
  });

  async function generatePasswords(): Promise<void> {
    const resourceManager = await arm(environment.azure);
    await resourceManager("POST", registryPath(environment.azure, "/generateCredentials"), {
      tokenId: state.id,
    });
  }

  async function passwordsInAzure(): Promise<unknown[]> {
    const resourceManager = await arm(environment.azure);
    return (await resourceManager("GET", state.id)).body.properties.credentials.passwords;
  }
});

test("a resource group, a registry and a scope map are created, read and deleted", async () => {
  const groupInputs = (await environment.native.check(group, {}, { location: "westeurope" })).inputs;
  const madeGroup = await environment.native.create(group, groupInputs);
  const registryInputs = (
    await environment.native.check(
      registry,
      {},
      { resourceGroupName: madeGroup.outputs.name, sku: { name: "Premium" }, tags: { a: "b" } },
    )
  ).inputs;
  const madeRegistry = await environment.native.create(registry, registryInputs);
  expect(madeRegistry.outputs.loginServer).toMatch(/:\d+$/);
  const { result } = await environment.native.invoke(
    "azure-native:containerregistry:getRegistry",
    registryInputs,
  );
  expect(result.loginServer).toBe(madeRegistry.outputs.loginServer);

  const scopeMapInputs = (
    await environment.native.check(
      scopeMap,
      {},
      {
        resourceGroupName: madeGroup.outputs.name,
        registryName: madeRegistry.outputs.name,
        actions: ["repositories/app/content/read"],
      },
    )
  ).inputs;
  const madeScopeMap = await environment.native.create(scopeMap, scopeMapInputs);
  const more = {
    ...scopeMapInputs,
    actions: ["repositories/app/content/read", "repositories/b/metadata/read"],
  };
  expect(await environment.native.update(madeScopeMap.id, scopeMap, {}, more, scopeMapInputs)).toMatchObject({
    actions: more.actions,
  });

  await environment.native.delete(madeScopeMap.id, scopeMap, {});
  await environment.native.delete(madeRegistry.id, registry, {});
  await environment.native.delete(madeGroup.id, group, {});
  expect(await environment.native.read(madeGroup.id, group, {}, groupInputs)).toBeUndefined();
});
