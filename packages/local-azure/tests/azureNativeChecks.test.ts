/** The stand-in for azure-native, over its real protocol, against a local Azure: checks, diffs and previews. */
import { version } from "@pulumi/azure-native/package.json";
import { unknown, urn } from "provider-server";
import { describe, expect, test } from "vitest";
import { azureNative, group, inRegistry, registry, scopeMap, token } from "./azureNativeSupport";

const environment = azureNative();

test("has the version that the SDK requires", async () => {
  expect(await environment.native.getPluginInfo()).toEqual({ version });
});

describe("check", () => {
  test("adds the logical name and the API version", async () => {
    const { inputs, failures } = await environment.native.check(token, {}, { ...inRegistry, status: null });

    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      ...inRegistry,
      tokenName: "gateway-token",
      azureApiVersion: "2024-11-01-preview",
    });
  });

  test("keeps a given API version", async () => {
    const given = { ...inRegistry, azureApiVersion: "2023-07-01" };

    expect((await environment.native.check(token, {}, given)).inputs.azureApiVersion).toBe("2023-07-01");
  });

  test("a module with a version uses this version", async () => {
    const older = urn("azure-native:containerregistry/v20230701:Token", "gateway-token");

    expect((await environment.native.check(older, {}, inRegistry)).inputs.azureApiVersion).toBe("2023-07-01");
  });

  test("a registry gets a random name that it keeps, and its resource group's location", async () => {
    const given = { resourceGroupName: "myresourcegroup", sku: { name: "Premium" } };

    const { inputs } = await environment.native.check(registry, {}, given);

    expect(inputs.registryName).toMatch(/^registry[\da-f]{8}$/);
    expect(inputs).toMatchObject({ location: "westeurope", __createBeforeDelete: true });
    expect((await environment.native.check(registry, inputs, given)).inputs).toEqual(inputs);
  });

  test("unknown inputs stay unknown", async () => {
    const { inputs, failures } = await environment.native.check(
      registry,
      {},
      { resourceGroupName: unknown, registryName: unknown, sku: { name: "Premium" } },
    );

    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ registryName: unknown, location: unknown });
  });

  test("a missing or unknown property is a failure", async () => {
    const { failures } = await environment.native.check(
      scopeMap,
      {},
      { ...inRegistry, scopeMapName: "no spaces please" },
    );

    expect(failures).toEqual([
      { property: "", reason: "missing required property 'actions'" },
      { property: "", reason: "'scopeMapName' does not match expression '^[a-zA-Z0-9-_]*$'" },
    ]);
    expect((await environment.native.check(group, {}, {})).failures[0]?.reason).toContain(
      "azure-native:location",
    );
  });

  test("other types are an error", async () => {
    const account = urn("azure-native:storage:StorageAccount", "account");

    await expect(environment.native.check(account, {}, {})).rejects.toThrow(
      /no resource type.*containerregistry:Token/,
    );
  });
});

describe("diff", () => {
  const olds = { ...inRegistry, tokenName: "gateway-token", status: "enabled" };

  test("a property is updated in place", async () => {
    expect(await environment.native.diff("id", token, {}, { ...olds, status: "disabled" }, olds)).toEqual({
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
      expect(
        await environment.native.diff("id", token, {}, { ...olds, [name]: "another" }, olds),
      ).toMatchObject({
        replaces: [name],
        deleteBeforeReplace: true,
        detailedDiff: { [name]: "update-replace" },
      });
    },
  );

  test("a resource with a random name is replaced before it is deleted", async () => {
    const random = { resourceGroupName: "g", registryName: "registry01234567", __createBeforeDelete: true };

    expect(
      await environment.native.diff("id", registry, {}, { ...random, resourceGroupName: "h" }, random),
    ).toMatchObject({ replaces: ["resourceGroupName"], deleteBeforeReplace: false });
  });

  test("the case of a resource group is ignored, the case of a registry is not", async () => {
    const other = { ...olds, resourceGroupName: "MyResourceGroup" };
    expect((await environment.native.diff("id", token, {}, other, olds)).changes).toBe("none");
    expect(
      (await environment.native.diff("id", token, {}, { ...olds, registryName: "MyRegistry" }, olds))
        .replaces,
    ).toEqual(["registryName"]);
  });

  test("another API version is an update, except after an import, which saves none", async () => {
    const versioned = { ...olds, azureApiVersion: "2024-11-01-preview" };
    const newer = { ...olds, azureApiVersion: "2025-11-01" };
    expect((await environment.native.diff("id", token, {}, newer, versioned)).diffs).toEqual([
      "azureApiVersion",
    ]);
    expect((await environment.native.diff("id", token, versioned, versioned, olds)).changes).toBe("none");
  });

  test("the case and the spaces of a location are ignored", async () => {
    const west = { resourceGroupName: "g", location: "westeurope" };

    expect(
      await environment.native.diff("id", group, {}, { ...west, location: "West Europe" }, west),
    ).toMatchObject({
      changes: "none",
    });
  });

  test("a change inside an object has its path", async () => {
    const old = { ...inRegistry, actions: ["a", "b"] };

    const { detailedDiff } = await environment.native.diff(
      "id",
      scopeMap,
      {},
      { ...old, actions: ["a", "c", "d"] },
      old,
    );

    expect(detailedDiff).toEqual({ "actions[1]": "update", "actions[2]": "add" });
  });
});

describe("previews", () => {
  test("of a creation return the inputs and unknown outputs", async () => {
    const inputs = { ...inRegistry, tokenName: "gateway-token", status: "enabled", scopeMapId: unknown };
    const before = environment.azure.requests.length;

    const { id, outputs } = await environment.native.create(token, inputs, { preview: true });

    expect(id).toBe("");
    expect(outputs).toMatchObject({ status: "enabled", scopeMapId: unknown, name: unknown });
    expect(environment.azure.requests.length).toBe(before);
  });

  test("of an update return the name", async () => {
    const inputs = { ...inRegistry, tokenName: "gateway-token", status: "disabled" };

    const outputs = await environment.native.update("id", token, { name: "gateway-token" }, inputs, inputs, {
      preview: true,
    });

    expect(outputs).toMatchObject({ status: "disabled", name: "gateway-token", creationDate: unknown });
  });
});
