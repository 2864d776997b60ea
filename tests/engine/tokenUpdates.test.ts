/** No run updates the azure-native Token: its PUT drops both passwords. */
import { resolve } from "node:path";
import type { ResourceTransform } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { type ChangingArgs, clientToken } from "./clientToken";
import { installPythonSdk, pythonSdkModules, temporaryFolder, writeFiles } from "./languages";
import { describeWithCli, describeWithPython, describeWithStandIns, TestStack } from "./support";

const isToken = (type: string) => type === "azure-native:containerregistry:Token";

/** A stack with a RegistryToken under a stack-wide transform, which a test changes between two runs. */
async function started() {
  const given: { transform: ResourceTransform } = { transform: () => undefined };
  const args: ChangingArgs = {};
  const test = await TestStack.start(async () =>
    clientToken(args, { transforms: [(resource) => given.transform(resource)] })(),
  );
  await test.up();
  const { password1, password2 } = await test.passwords();
  const puts = () =>
    test.azure.requests.filter(({ method, url }) => method === "PUT" && url.includes("/tokens/")).length;
  const made = puts();
  const expectUntouched = async () => {
    expect(puts()).toBe(made);
    expect(await test.login("edge-client", password1)).toBe(200);
    expect(await test.login("edge-client", password2)).toBe(200);
  };
  return { test, given, expectUntouched };
}

/** A stack-wide transform that tags every resource of azure-native. */
const tagged: ResourceTransform = ({ type, props, opts }) =>
  type.startsWith("azure-native:") ? { props: { ...props, tags: { team: "edge" } }, opts } : undefined;

/** A stack-wide transform that puts its own ignoreChanges in the place of those that are there. */
const withOtherIgnores: ResourceTransform = ({ type, props, opts }) =>
  isToken(type) ? { props, opts: { ...opts, ignoreChanges: ["description"] } } : undefined;

const refusal = /Token of RegistryToken "edge-client" cannot be updated/;

describeWithCli("the azure-native Token", () => {
  it("is unchanged if a transform tags every resource: a token has no tags", async () => {
    const { test, given, expectUntouched } = await started();
    given.transform = ({ type, ...resource }) => (isToken(type) ? tagged({ type, ...resource }) : undefined);
    expect((await test.up()).steps).toEqual([]);
    await expectUntouched();
  });

  it("refuses the update, if a transform removes its ignoreChanges and a refresh finds the passwords", async () => {
    const { test, given, expectUntouched } = await started();
    given.transform = withOtherIgnores;
    await test.refresh();
    await expect(test.up()).rejects.toThrow(refusal);
    await expect(test.up({ refresh: true })).rejects.toThrow(/The update would change: credentials/);
    await expectUntouched();

    given.transform = () => undefined;
    expect((await test.up()).steps).toEqual([]);
    await test.refresh();
    expect((await test.up()).steps).toEqual([]);
    await expectUntouched();

    await test.stack.destroy();
    const { status } = await (await arm(test.azure))("GET", registryPath(test.azure, "/tokens/edge-client"));
    expect(status).toBe(404);
  });

  it("refuses the update of another input, which a transform adds, and says which", async () => {
    const { test, given, expectUntouched } = await started();
    given.transform = ({ type, props, opts }) =>
      isToken(type) ? { props: { ...props, description: "for the edge" }, opts } : undefined;
    await expect(test.preview()).rejects.toThrow(refusal);
    await expect(test.up()).rejects.toThrow(/The update would change: description/);
    await expectUntouched();
  });
});

describeWithStandIns("the azure-native Token, of which the creation did not finish", () => {
  it("is completed by the next update, before it has passwords", async () => {
    const test = await TestStack.start(clientToken({}));
    test.azure.faults.add({
      kind: "operation",
      method: "PUT",
      path: /\/tokens\//,
      ends: "Failed",
    });
    await expect(test.up()).rejects.toThrow();
    expect((await test.up()).steps).toContain("Token update");
    expect(await test.login("edge-client", (await test.passwords()).password)).toBe(200);
    expect((await test.up()).steps).toEqual([]);
  });
});

describeWithCli("the azure-native Tokens of a YAML program", () => {
  it("refuse their updates, each of two, after an edit of the state", async () => {
    const test = await TestStack.start(resolve("tests/engine/twoTokens"));
    await test.up();
    const state = await test.stack.exportStack();
    for (const { type, inputs } of state.deployment.resources) {
      if (isToken(type)) {
        inputs.description = "by hand";
      }
    }
    await test.stack.importStack(state);
    const error: Error = await test.up().catch((thrown) => thrown);
    expect(error.message).toMatch(/Token of RegistryToken "(first|second)-client" cannot be updated/);
    expect(await test.login("first-client", await test.output("first"))).toBe(200);
    expect(await test.login("second-client", await test.output("second"))).toBe(200);
  });
});

describeWithPython(
  "the azure-native Token of a Python program",
  () => {
    it("is unchanged by a transform that tags every resource, and refuses another input", async () => {
      const program = `
import os
import pulumi
from pulumi_acr_token import RegistryToken

def transform(resource):
    name = os.environ.get("ADDED_INPUT", "")
    if name == "" or resource.type_ != "azure-native:containerregistry:Token":
        return None
    value = {"team": "edge"} if name == "tags" else "for the edge"
    return pulumi.ResourceTransformResult(props={**resource.props, name: value}, opts=resource.opts)

pulumi.runtime.register_resource_transform(transform)
token = RegistryToken("edge-client",
    resource_group_name="myresourcegroup",
    registry_name="myregistry",
    repositories={"azureiotedge-agent": ["content/read"]})
pulumi.export("password", token.password)
`;
      const folder = temporaryFolder();
      const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
      const project = { name: "registry-token", runtime: "python", plugins };
      writeFiles(folder, { "Pulumi.yaml": JSON.stringify(project), "__main__.py": program });
      const test = await TestStack.start(folder, { environment: installPythonSdk(folder) });
      await test.up();
      const password = await test.output("password");

      test.setEnvironment({ ADDED_INPUT: "tags" });
      expect((await test.up()).steps).toEqual([]);
      test.setEnvironment({ ADDED_INPUT: "description" });
      await expect(test.up()).rejects.toThrow(refusal);
      expect(await test.login("edge-client", password)).toBe(200);

      test.setEnvironment({ ADDED_INPUT: undefined });
      expect((await test.up()).steps).toEqual([]);
    });
  },
  pythonSdkModules,
);
