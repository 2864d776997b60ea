/** The stand-in for azure-native, over its real protocol, against a local Azure: the lives of resources. */
import type { Properties } from "provider-server";
import { beforeEach, describe, expect, test } from "vitest";
import { azureNative, group, inRegistry, pullToken, registry, scopeMap, token } from "./azureNativeSupport";
import { arm, registryPath } from "./support";

const stage = azureNative();

describe("a token", () => {
  let inputs: Properties;
  let state: { id: string; outputs: Properties };

  const program = () => pullToken(stage.azure);

  beforeEach(async () => {
    if (state) {
      await stage.native.delete(state.id, token, state.outputs);
    }
    ({ inputs } = await stage.native.check(token, {}, program()));
    state = await stage.native.create(token, inputs);
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
    expect(await stage.native.read(id, token, outputs, inputs)).toEqual({ id, outputs, inputs });

    await stage.native.delete(id, token, outputs, inputs);
    expect(await stage.native.read(id, token, outputs, inputs)).toBeUndefined();
    // What is gone already is deleted.
    await stage.native.delete(id, token, outputs, inputs);
  });

  test("that is there is not taken over", async () => {
    await expect(stage.native.create(token, inputs)).rejects.toThrow(
      "cannot create already existing resource",
    );
  });

  test("can be imported", async () => {
    const imported = await stage.native.read(state.id, token, {});
    expect(imported?.inputs).toEqual({ ...program(), tokenName: "gateway-token" });
    // The next preview shows nothing, though the program's inputs have a version and these have not.
    const { changes } = await stage.native.diff(
      state.id,
      token,
      imported?.outputs ?? {},
      inputs,
      imported?.inputs,
    );
    expect(changes).toBe("none");
  });

  test("loses its passwords by an update, which is a PUT", async () => {
    await generatePasswords();
    expect(await passwordsInAzure()).toHaveLength(2);

    const news = { ...inputs, status: "disabled" };
    const outputs = await stage.native.update(state.id, token, state.outputs, news, inputs);

    expect(outputs).toMatchObject({ status: "disabled", credentials: { passwords: [] } });
    expect(await passwordsInAzure()).toHaveLength(0);
  });

  test("gets what changed in Azure into its inputs by a refresh", async () => {
    await generatePasswords();
    await (await arm(stage.azure))("PATCH", state.id, { properties: { status: "disabled" } });

    const refreshed = await stage.native.read(state.id, token, state.outputs, inputs);

    expect(refreshed?.inputs.status).toBe("disabled");
    expect(refreshed?.inputs.credentials).toMatchObject({
      passwords: [{ name: "password1" }, { name: "password2" }],
    });
    expect(JSON.stringify(refreshed)).not.toContain('"value"');
    // The program says otherwise, so the next preview shows it.
    const news = (await stage.native.check(token, refreshed?.inputs ?? {}, program())).inputs;
    expect(
      (await stage.native.diff(state.id, token, refreshed?.outputs ?? {}, news, refreshed?.inputs)).diffs,
    ).toEqual(expect.arrayContaining(["credentials", "status"]));
  });

  test("is got by a function", async () => {
    const got = await stage.native.invoke("azure-native:containerregistry:getToken", {
      ...inRegistry,
      tokenName: "gateway-token",
    });

    expect(got.result).toMatchObject({ id: state.id, name: "gateway-token", status: "enabled" });
    await expect(
      stage.native.invoke("azure-native:containerregistry:getToken", { ...inRegistry, tokenName: "nobody" }),
    ).rejects.toThrow(/^request failed .*tokens\/nobody: Status=404 Code="ResourceNotFound" Message="/);
  });

  test("outlives a busy Azure", async () => {
    stage.azure.faults.add({ kind: "answer", status: 429, retryAfter: 0, method: "GET", times: 2 });

    expect(await stage.native.read(state.id, token, state.outputs, inputs)).toBeDefined();
  });

  test("that Azure does not finish is remembered all the same", async () => {
    await stage.native.delete(state.id, token, state.outputs);
    stage.azure.faults.add({ kind: "answer", status: 400, path: /operationStatuses/i });

    const failure = await stage.native.create(token, inputs).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      message: expect.stringContaining("InjectedFault"),
      partial: { id: state.id, properties: { name: "gateway-token" }, inputs },
    });
  });

  async function generatePasswords(): Promise<void> {
    const resourceManager = await arm(stage.azure);
    await resourceManager("POST", registryPath(stage.azure, "/generateCredentials"), { tokenId: state.id });
  }

  async function passwordsInAzure(): Promise<unknown[]> {
    const resourceManager = await arm(stage.azure);
    return (await resourceManager("GET", state.id)).body.properties.credentials.passwords;
  }
});

test("a resource group, a registry and a scope map live and die", async () => {
  const groupInputs = (await stage.native.check(group, {}, { location: "westeurope" })).inputs;
  const madeGroup = await stage.native.create(group, groupInputs);
  const registryInputs = (
    await stage.native.check(
      registry,
      {},
      { resourceGroupName: madeGroup.outputs.name, sku: { name: "Premium" }, tags: { a: "b" } },
    )
  ).inputs;
  const madeRegistry = await stage.native.create(registry, registryInputs);
  expect(madeRegistry.outputs.loginServer).toMatch(/:\d+$/);
  const { result } = await stage.native.invoke("azure-native:containerregistry:getRegistry", registryInputs);
  expect(result.loginServer).toBe(madeRegistry.outputs.loginServer);

  const scopeMapInputs = (
    await stage.native.check(
      scopeMap,
      {},
      {
        resourceGroupName: madeGroup.outputs.name,
        registryName: madeRegistry.outputs.name,
        actions: ["repositories/app/content/read"],
      },
    )
  ).inputs;
  const madeScopeMap = await stage.native.create(scopeMap, scopeMapInputs);
  const more = {
    ...scopeMapInputs,
    actions: ["repositories/app/content/read", "repositories/b/metadata/read"],
  };
  expect(await stage.native.update(madeScopeMap.id, scopeMap, {}, more, scopeMapInputs)).toMatchObject({
    actions: more.actions,
  });

  await stage.native.delete(madeScopeMap.id, scopeMap, {});
  await stage.native.delete(madeRegistry.id, registry, {});
  await stage.native.delete(madeGroup.id, group, {});
  expect(await stage.native.read(madeGroup.id, group, {}, groupInputs)).toBeUndefined();
});
