import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Provider } from "@pulumi/azure-native";
import { ComponentResource, type ComponentResourceOptions, secret } from "@pulumi/pulumi";
import type { LocalAzure } from "local-azure";
import { expect, it, onTestFinished } from "vitest";
import { RegistryToken } from "../../components/index";
import { describeWith, describeWithCli, describeWithPython, onlyAtFullSize, TestStack } from "./support";

const registries = [
  { name: "myregistry", resourceGroup: "myresourcegroup" },
  { name: "theirs1", resourceGroup: "theirgroup", subscription: "second" as const },
];
const args = {
  resourceGroupName: "theirgroup",
  registryName: "theirs1",
  repositories: { "azureiotedge-agent": ["content/read"] },
} as const;

/** The settings of the second principal, as azure-native's provider takes them. The environment has the first's. */
function settingsOf({ connection }: LocalAzure) {
  const { tenantId, metadataHost, other } = connection;
  return {
    clientId: other.clientId,
    clientSecret: other.clientSecret,
    subscriptionId: other.subscriptionId,
    tenantId,
    metadataHost,
    useOidc: false,
  };
}

/** Creates a token with the second principal, changes, refreshes and destroys it, and expects no other identity at Azure. */
async function expectTheirs(test: TestStack): Promise<void> {
  const { clientId } = test.azure.connection.other;
  await test.up();
  const { username, password } = await test.stack.outputs();
  const { loginServer } = test.azure.connection.registries[1];
  expect((await test.stack.outputs()).loginServer?.value).toBe(loginServer);
  expect(await test.login(username?.value, password?.value, 1)).toBe(200);
  expect((await test.preview()).steps).toEqual([]);
  expect(
    (await test.up({ replace: [await test.urn("random:index/randomUuid:RandomUuid")] })).steps,
  ).toContain("TokenCredentials update");
  await test.refresh();
  expect((await test.preview()).steps).toEqual([]);
  await test.stack.destroy();
  const asked = test.azure.requests.filter(
    ({ host, url }) => host === "resourceManager" && /theirs1/.test(url),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(new Set(asked.map((request) => request.clientId))).toEqual(new Set([clientId]));
}

/** A stack of a program that makes a RegistryToken with these options. */
async function startWith(options: (theirs: Provider) => ComponentResourceOptions): Promise<TestStack> {
  let azure: LocalAzure | undefined;
  const test = await TestStack.start(
    async () => {
      const { clientSecret, ...settings } = settingsOf(azure as LocalAzure);
      const theirs = new Provider("theirs", { ...settings, clientSecret: secret(clientSecret) });
      return new RegistryToken("edge-client", args, options(theirs)).outputs;
    },
    { azure: { registries } },
  );
  azure = test.azure;
  return test;
}

class Site extends ComponentResource {
  constructor(options: ComponentResourceOptions) {
    super("test:index:Site", "site", {}, options);
  }
}

describeWithCli("an explicit provider of azure-native", () => {
  it("lends its identity to the passwords too", async () => {
    await expectTheirs(await startWith((provider) => ({ provider })));
  });

  describeWith("given in another way", onlyAtFullSize, () => {
    it.each<[string, (theirs: Provider) => ComponentResourceOptions]>([
      ["among the providers", (theirs) => ({ providers: [theirs] })],
      ["among the providers by name", (theirs) => ({ providers: { "azure-native": theirs } })],
      ["of a parent", (theirs) => ({ parent: new Site({ providers: [theirs] }) })],
    ])("lends its identity to the passwords too: %s", async (_how, options) => {
      await expectTheirs(await startWith(options));
    });
  });

  it("whose secret was renewed is used by a refresh and a destroy that run the program", async () => {
    let azure: LocalAzure | undefined;
    let given: string | undefined = "not-the-s3cret";
    const test = await TestStack.start(
      async () => {
        const { clientSecret, ...settings } = settingsOf(azure as LocalAzure);
        const theirs = new Provider("theirs", { ...settings, clientSecret: secret(given ?? clientSecret) });
        return new RegistryToken("edge-client", args, { provider: theirs }).outputs;
      },
      { azure: { registries } },
    );
    azure = test.azure;
    given = undefined;
    await test.up();
    // An update of the identity alone signs in nowhere, so the state now has a secret that does not work.
    given = "not-the-s3cret";
    await test.up();
    given = undefined;
    await test.stack.refresh({ runProgram: true });
    expect((await test.preview()).steps).toEqual([]);
    await test.stack.destroy({ runProgram: true });
  });

  it("keeps its secret out of the plain state", async () => {
    const test = await startWith((provider) => ({ provider }));
    await test.up();
    const state = readFileSync(join(test.folder, ".pulumi/stacks/registry-token/local.json"), "utf8");
    expect(state).toContain("acr-token:index:TokenCredentials");
    expect(state).not.toContain(test.azure.connection.other.clientSecret);
  });

  it("whose settings cannot be read is refused before anything is created, and azure is named", async () => {
    const program = `
const { DependencyProviderResource } = require("@pulumi/pulumi");
const { RegistryToken } = require("pulumi-acr-token");
const urn = "urn:pulumi:local::registry-token::pulumi:providers:azure-native::nobody";
const nobody = new DependencyProviderResource(urn + "::id");
new RegistryToken("edge-client", ${JSON.stringify(args)}, { providers: { "azure-native": nobody } });
`;
    const folder = projectFolder("nodejs", { "index.js": program, "package.json": "{}" });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
    const test = await TestStack.start(folder);
    await expect(test.up()).rejects.toThrow(
      /RegistryToken "edge-client" has an explicit provider of azure-native whose settings cannot be read: give the identity as the argument azure/,
    );
    expect(test.azure.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it("that is not accepted is named with its kind and its source", async () => {
    let azure: LocalAzure | undefined;
    const test = await TestStack.start(
      async () => {
        const { other, tenantId, metadataHost } = (azure as LocalAzure).connection;
        const wrong = { clientId: other.clientId, clientSecret: "not-the-s3cret", tenantId, metadataHost };
        return new RegistryToken("edge-client", {
          ...args,
          registryName: "myregistry",
          resourceGroupName: "myresourcegroup",
          azure: wrong,
        }).outputs;
      },
      { azure: { registries } },
    );
    azure = test.azure;
    const message = await test.up().then(
      () => "no error",
      (error: Error) => error.message,
    );
    expect(message).toMatch(
      /no sign-in to Azure: .* \(sign-in method: a client secret; set by the argument azure, or by azure-native's provider or configuration: clientId ending in 6666, tenantId [\d-]+, clientSecret; /,
    );
    expect(message).not.toContain("not-the-s3cret");
  });
});

describeWith("an explicit provider of azure-native, beside the argument azure", onlyAtFullSize, () => {
  it("gives way to the argument azure", async () => {
    let azure: LocalAzure | undefined;
    const test = await TestStack.start(
      async () => {
        const { subscriptionId, ...theirs } = settingsOf(azure as LocalAzure);
        const provider = new Provider("theirs", { ...theirs, subscriptionId });
        const given = { providers: { "azure-native": provider } };
        return new RegistryToken("edge-client", { ...args, azure: theirs }, given).outputs;
      },
      { azure: { registries } },
    );
    azure = test.azure;
    await expectTheirs(test);
  });
});

/** A project in a folder of its own, with the plugin. */
function projectFolder(runtime: string, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "project-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const plugins = { providers: [{ name: "acr-token", path: resolve("components") }] };
  const { resources, outputs, ...others } = JSON.parse(files["Pulumi.yaml"] ?? "{}");
  const project = { name: "registry-token", runtime, plugins, resources, outputs, ...others };
  for (const [name, text] of Object.entries({ ...files, "Pulumi.yaml": JSON.stringify(project) })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function configured(test: TestStack): Promise<TestStack> {
  const { clientSecret, useOidc: _, ...settings } = settingsOf(test.azure);
  for (const [name, value] of Object.entries(settings)) {
    await test.stack.setConfig(name, { value });
  }
  await test.stack.setConfig("clientSecret", { value: clientSecret, secret: true });
  return test;
}

describeWith("an explicit provider of azure-native in a YAML program", onlyAtFullSize, () => {
  const theirs = {
    type: "pulumi:providers:azure-native",
    properties: Object.fromEntries(
      ["clientId", "clientSecret", "subscriptionId", "tenantId", "metadataHost"].map((name) => [
        name,
        `\${${name}}`,
      ]),
    ),
  };
  const names = ["clientId", "clientSecret", "subscriptionId", "tenantId", "metadataHost"];
  const config = Object.fromEntries(
    names.map((name) => [name, { type: "string", ...(name === "clientSecret" && { secret: true }) }]),
  );
  const token = { type: "acr-token:RegistryToken", properties: { ...args, tokenName: "edge-client" } };
  const outputs = Object.fromEntries(
    ["username", "password", "loginServer"].map((name) => [name, `\${token.${name}}`]),
  );

  it.each<[string, object]>([
    ["as provider", { provider: `\${theirs}` }],
    ["among the providers", { providers: [`\${theirs}`] }],
  ])("lends its identity to the passwords too: %s", async (_how, options) => {
    const program = { config, resources: { theirs, token: { ...token, options } }, outputs };
    const folder = projectFolder("yaml", { "Pulumi.yaml": JSON.stringify(program) });
    await expectTheirs(await configured(await TestStack.start(folder, { azure: { registries } })));
  });
});

describeWithPython("an explicit provider of azure-native in a Python program", () => {
  it("lends its identity to the passwords too", async () => {
    const program = `
import pulumi

class RegistryToken(pulumi.ComponentResource):
    username: pulumi.Output[str]
    password: pulumi.Output[str]
    loginServer: pulumi.Output[str]

    def __init__(self, name, props, opts):
        super().__init__("acr-token:index:RegistryToken", name, props, opts, remote=True)

config = pulumi.Config()
theirs = pulumi.ProviderResource("azure-native", "theirs", {
    "clientId": config.require("clientId"),
    "clientSecret": config.require_secret("clientSecret"),
    "subscriptionId": config.require("subscriptionId"),
    "tenantId": config.require("tenantId"),
    "metadataHost": config.require("metadataHost"),
})
token = RegistryToken("edge-client", {
    **${JSON.stringify(args)},
    "username": None, "password": None, "loginServer": None,
}, pulumi.ResourceOptions(providers=[theirs]))
for name in ["username", "password", "loginServer"]:
    pulumi.export(name, getattr(token, name))
`;
    const folder = projectFolder("python", { "__main__.py": program });
    await expectTheirs(await configured(await TestStack.start(folder, { azure: { registries } })));
  });
});
