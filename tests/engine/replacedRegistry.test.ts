import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { describeWithCli, TestStack } from "./support";

describeWithCli("a registry that is replaced, with its name in the token's arguments as plain text", () => {
  it("also replaces the token, which the preview shows, if deletedWith names the registry", async () => {
    let location = "westeurope";
    const test = await TestStack.start(async () => {
      const registry = new containerregistry.Registry("fresh", {
        registryName: "freshregistry",
        resourceGroupName: "myresourcegroup",
        location,
        sku: { name: "Premium" },
      });
      const token = new RegistryToken(
        "edge-client",
        {
          resourceGroupName: "myresourcegroup",
          registryName: "freshregistry",
          // The run fails if the registry does not accept the password.
          waitUntilLive: true,
          repositories: { "azureiotedge-agent": ["content/read"] },
        },
        { dependsOn: registry, deletedWith: registry },
      );
      return token.outputs;
    });
    await test.up();
    const first = await test.output("password");

    location = "northeurope";
    const replaced = ["Registry", "ScopeMap", "Token", "TokenAccess", "TokenCredentials"];
    const { steps } = await test.preview();
    expect(steps).toEqual(expect.arrayContaining(replaced.map((type) => `${type} replace`)));
    await test.up();
    expect(await test.output("password")).not.toBe(first);
    const resourceManager = await arm(test.azure);
    const path = registryPath(test.azure, "/tokens/edge-client", "freshregistry");
    const { body } = await resourceManager("GET", path);
    expect(body.properties.credentials.passwords).toHaveLength(2);
    expect((await test.preview({ refresh: true })).steps).toEqual([]);
  });
});
