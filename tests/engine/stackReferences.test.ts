/** A RegistryToken that is an output of a stack, as another stack gets it. */
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import { expect, it } from "vitest";
import { RegistryToken } from "../../components/index";
import { temporaryFolder, writeFiles } from "./languages";
import { describeWith, onlyAtFullSize, TestStack } from "./support";

const args = {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  tokenName: "edge-client",
  repositories: { "azureiotedge-agent": ["content/read"] },
} as const;

const reader: PulumiFn = async () => {
  const theirs = new pulumi.StackReference("organization/registry-token/local");
  const token = theirs.requireOutput("token");
  return { username: token.apply((one) => one.username), password: token.apply((one) => one.password) };
};

/** A stack of another project beside one. */
function beside({ stack }: TestStack, program = reader) {
  const { pulumiHome, envVars } = stack.workspace;
  const names = { stackName: "reader", projectName: "reader", program };
  return LocalWorkspace.createOrSelectStack(names, { pulumiHome, envVars });
}

describeWith("a RegistryToken that is an output of a stack", onlyAtFullSize, () => {
  it("arrives with its outputs from a program in TypeScript, all of it secret", async () => {
    const test = await TestStack.start(async () => ({ token: new RegistryToken("edge-client", args) }));
    await test.up();
    const { outputs } = await (await beside(test)).up();
    expect(outputs.username).toEqual({ value: "edge-client", secret: true });
    expect(outputs.password?.secret).toBe(true);
    expect(await test.login("edge-client", outputs.password?.value)).toBe(200);
  });

  it("has no outputs from a program in YAML, which exports its URN alone: what to export is said, and hinders no other", async () => {
    const folder = temporaryFolder();
    const project = {
      name: "registry-token",
      runtime: "yaml",
      plugins: { providers: [{ name: "acr-token", path: resolve("components") }] },
      resources: { token: { type: "acr-token:RegistryToken", properties: args } },
      outputs: { token: `\${token}`, password: `\${token.password}` },
    };
    writeFiles(folder, { "Pulumi.yaml": JSON.stringify(project) });
    const test = await TestStack.start(folder);
    await test.up();
    await expect((await beside(test)).up()).rejects.toThrow(
      /RegistryToken "token" belongs to the stack local of the project registry-token, which has exported no more than its URN: have it export (username|password) by itself/,
    );

    const other = await beside(test, async () => {
      const theirs = new pulumi.StackReference("organization/registry-token/local");
      return { password: theirs.requireOutput("password") };
    });
    const { outputs } = await other.up();
    expect(await test.login("edge-client", outputs.password?.value)).toBe(200);
  });
});
