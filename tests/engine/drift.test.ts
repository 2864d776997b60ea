import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { clientToken } from "./clientToken";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack, unknownPassword } from "./support";

/** One `pulumi up` mends everything, and the next has nothing to do. */
async function expectMended(test: TestStack): Promise<void> {
  await test.up();
  const { password1, password2 } = await test.passwords();
  expect(await test.login("edge-client", password1)).toBe(200);
  expect(await test.login("edge-client", password2)).toBe(200);
  expect((await test.preview()).steps).toEqual([]);
}

describeWithCli("a change of a token outside Pulumi, under pulumi", () => {
  it("is a lost password, which the preview names with its reason, while the other keeps working", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const before = await test.passwords();
    const resourceManager = await arm(test.azure);
    await resourceManager("POST", registryPath(test.azure, "/generateCredentials"), {
      tokenId: registryPath(test.azure, "/tokens/edge-client"),
      name: "password1",
    });
    expect(await test.login("edge-client", before.password)).toBe(401);

    await test.refresh();
    const preview = await test.preview();
    expect(preview.steps).toEqual(["TokenCredentials update"]);
    expect(preview.text).toMatch(/- lost\s*: "regenerated outside of this state, \d{4}-\d\d-\d\dT/);
    await expectMended(test);
    const after = await test.passwords();
    // The password that still worked took over, and was not touched.
    expect(after.password).toBe(before.password2);
    expect(after.password1).not.toBe(before.password1);
  });

  it("is other actions of its scope map, which pulumi up takes back", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const before = await test.passwords();
    const resourceManager = await arm(test.azure);
    const actions = ["repositories/payroll/content/read"];
    const path = registryPath(test.azure, "/scopeMaps/edge-client-scope-map");
    await resourceManager("PATCH", path, { properties: { actions } });
    await test.refresh();
    const preview = await test.preview();
    expect(preview.steps).toEqual(["ScopeMap update"]);
    expect(preview.text).toMatch(
      /"repositories\/payroll\/content\/read" => "repositories\/azureiotedge-agent\//,
    );
    await expectMended(test);
    expect(await test.passwords()).toEqual(before);
  });
});

describeWith("a token that was deleted outside Pulumi, under pulumi", onlyAtFullSize, () => {
  it("is a deleted token, with its scope map, which pulumi up makes again", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const resourceManager = await arm(test.azure);
    await resourceManager("DELETE", registryPath(test.azure, "/tokens/edge-client"));
    await resourceManager("DELETE", registryPath(test.azure, "/scopeMaps/edge-client-scope-map"));
    await test.refresh();
    expect((await test.preview()).steps.sort()).toEqual([
      "ScopeMap create",
      "Token create",
      "TokenAccess create",
      "TokenCredentials create",
    ]);
    await expectMended(test);
  });
});

describeWith("another change of a token outside Pulumi, under pulumi", onlyAtFullSize, () => {
  it("is two lost passwords after a PUT, which wipes", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const before = await test.passwords();
    const resourceManager = await arm(test.azure);
    const path = registryPath(test.azure, "/tokens/edge-client");
    const { properties } = (await resourceManager("GET", path)).body;
    await resourceManager("PUT", path, {
      properties: { scopeMapId: properties.scopeMapId, status: "enabled" },
    });
    expect(await test.login("edge-client", before.password)).toBe(401);

    await test.refresh();
    expect((await test.preview()).text).toMatch(/- lost\s*: "cleared outside of this state"/);
    await expectMended(test);
  });

  it("is another scope map or status, which pulumi up takes back", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const before = await test.passwords();
    const resourceManager = await arm(test.azure);
    await resourceManager("PATCH", registryPath(test.azure, "/tokens/edge-client"), {
      properties: { status: "disabled" },
    });
    await test.refresh();
    expect((await test.preview()).text).toMatch(/status\s*: "disabled" => "enabled"/);
    await expectMended(test);
    expect(await test.passwords()).toEqual(before);
  });

  it("is a deleted scope map, which pulumi up makes again under the same token and passwords", async () => {
    const test = await TestStack.start(clientToken({}));
    await test.up();
    const before = await test.passwords();
    const resourceManager = await arm(test.azure);
    await resourceManager("DELETE", registryPath(test.azure, "/scopeMaps/edge-client-scope-map"));
    await test.refresh();
    await expectMended(test);
    expect(await test.passwords()).toEqual(before);
  });

  it("is a deleted registry, which the program that declares it makes again", async () => {
    const test = await TestStack.start(async () => {
      const registry = new containerregistry.Registry("fresh", {
        registryName: "freshregistry",
        resourceGroupName: "myresourcegroup",
        location: "westeurope",
        sku: { name: "Premium" },
      });
      const token = new RegistryToken("edge-client", {
        resourceGroupName: "myresourcegroup",
        registryName: registry.name,
        scopeMapId: registry.id.apply((id) => `${id}/scopeMaps/_repositories_pull`),
      });
      return token.outputs;
    });
    // The registry is not there yet: names, ids and passwords are unknown, and the preview succeeds.
    expect((await test.preview()).text).toMatch(unknownPassword);
    await test.up();
    const first = await test.output("password");

    const resourceManager = await arm(test.azure);
    const path = registryPath(test.azure, "", "freshregistry");
    expect((await resourceManager("DELETE", path)).status).toBeLessThan(300);
    await test.refresh();
    await test.up();
    const token = (await resourceManager("GET", `${path}/tokens/edge-client`)).body;
    expect(token.properties.credentials.passwords).toHaveLength(2);
    expect(await test.output("password")).not.toBe(first);
    expect((await test.preview()).steps).toEqual([]);
  });
});
