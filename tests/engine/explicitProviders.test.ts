import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { shareNodeModules, temporaryFolder, writeFiles } from "./languages";
import { describeWith, describeWithCli, onlyAtFullSize, TestStack } from "./support";

const args = {
  resourceGroupName: "myresourcegroup",
  registryName: "myregistry",
  tokenName: "edge-client",
  repositories: { "azureiotedge-agent": ["content/read"] },
};

/** A stack of a project in which every default provider is disabled. */
async function start(settings: object, files: Record<string, string> = {}): Promise<TestStack> {
  const folder = join(temporaryFolder(), "project");
  const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
  const project = { name: "registry-token", plugins, ...settings };
  writeFiles(folder, { "package.json": "{}", "Pulumi.yaml": JSON.stringify(project), ...files });
  shareNodeModules(folder);
  const test = await TestStack.start(folder);
  await test.stack.setConfig("pulumi:disable-default-providers", { value: '["*"]' });
  return test;
}

async function expectItWorks(test: TestStack): Promise<void> {
  await test.preview();
  await test.up();
  const { username, password } = await test.stack.outputs();
  expect(await test.login(username?.value, password?.value)).toBe(200);
  expect((await test.up()).steps).toEqual([]);
  await test.stack.destroy();
}

const program = (providers: string) => `
const azure = require("@pulumi/azure-native");
const random = require("@pulumi/random");
const { Provider, RegistryToken } = require("pulumi-acr-token");
const { username, password } = new RegistryToken("edge-client", ${JSON.stringify(args)}, {
  providers: [new azure.Provider("azure"), new random.Provider("random"), ${providers}],
});
module.exports = { username, password };
`;

describeWithCli("a stack that disables default providers", () => {
  it("works in JavaScript with an explicit provider for each package", async () => {
    const files = { "index.js": program('new Provider("acr-token")') };
    await expectItWorks(await start({ runtime: "nodejs" }, files));
  });
});

describeWith("a stack that disables default providers, in another form", onlyAtFullSize, () => {
  it("works in YAML with an explicit provider for each package", async () => {
    const names = ["acr-token", "azure-native", "random"];
    const providers = Object.fromEntries(names.map((name) => [name, { type: `pulumi:providers:${name}` }]));
    const options = { providers: names.map((name) => `\${${name}}`) };
    const token = { type: "acr-token:RegistryToken", properties: args, options };
    const outputs = { username: `\${token.username}`, password: `\${token.password}` };
    await expectItWorks(await start({ runtime: "yaml", resources: { ...providers, token }, outputs }));
  });

  it("gets the engine's reason first, and what to add, if a provider of this package is missing", async () => {
    const test = await start({ runtime: "nodejs" }, { "index.js": program("") });
    const said = await test.preview().then(
      () => "no error",
      (error: Error) => error.message,
    );
    expect(said).toMatch(
      /Default provider for 'acr-token' disabled[\s\S]*give the RegistryToken a Provider of pulumi-acr-token/,
    );
  });
});
