import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { expect, it } from "vitest";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

describeWith("a stack's rules for names", onlyAtFullSize, () => {
  it("hold for what azure-native names", async () => {
    const test = await TestStack.start(async () => {
      const { name } = new containerregistry.ScopeMap("plain", {
        resourceGroupName: "myresourcegroup",
        registryName: "myregistry",
        actions: ["repositories/azureiotedge-agent/content/read"],
      });
      return { name };
    });
    await test.stack.setConfig("pulumi:autonaming.pattern", { value: `ours-\${name}` }, true);
    await test.up();
    expect(await test.output("name")).toBe("ours-plain");
  });
});
