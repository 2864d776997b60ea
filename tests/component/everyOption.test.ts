/** The effect of every argument, output and resource option. The compiler checks that each table is complete. */
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { outputNames } from "../../components/registryToken";
import { args, registry } from "./createToken";
import { Engine, registryId, resolved, types, unwrapSecret } from "./engine";

/** A value, the child and the input that receive it, and the received value. Default: the given value. */
type ArgumentRow = [value: unknown, child: keyof typeof types, input: string, there?: unknown];

const vault = { vaultUri: "https://myvault.vault.azure.net/" };
const pull = ["repositories/samples/nginx/content/read"];

const argumentRows: Record<keyof RegistryTokenArgs, ArgumentRow> = {
  resourceGroupName: ["group", "token", "resourceGroupName"],
  registryName: ["myregistry", "token", "registryName"],
  tokenName: ["client-1", "token", "tokenName"],
  repositories: [{ "samples/nginx": ["content/read"] }, "scopeMap", "actions", pull],
  gateways: [{ branch01: ["config/read"] }, "scopeMap", "actions", ["gateway/branch01/config/read", ...pull]],
  scopeMapName: ["my-map", "scopeMap", "scopeMapName"],
  scopeMapDescription: ["for the edge", "scopeMap", "description"],
  scopeMapId: [`${registryId}/scopeMaps/_repositories_pull`, "access", "scopeMapId"],
  status: ["disabled", "access", "status"],
  rotationTriggers: [{ audit: "2026" }, "generation", "keepers"],
  rotateEveryDays: [30, "credentials", "rotateEveryDays"],
  expirationInDays: [90, "credentials", "expirationInDays"],
  overlapDays: [7, "credentials", "overlapDays"],
  spreadRotation: [true, "credentials", "spreadRotation"],
  waitUntilLive: [true, "credentials", "waitUntilLive"],
  loginServer: ["myregistry.azurecr.io", "credentials", "loginServer"],
  adopt: [{ password1: "one" }, "credentials", "adopt", { password1: "one" }],
  keyVault: [vault, "credentials", "keyVault", { ...vault, secretName: "client-1-password" }],
  azure: [{ clientId: "me" }, "credentials", "azure", { clientId: "me" }],
  // No child has it: it is in the outputs dockerConfigJson and edgeRegistryCredentials.
  additionalHosts: [["other.example:5000"], "credentials", "additionalHosts", undefined],
};

type Child = (typeof children)[number];

/** The effect of an option, an example, and the children that have it, beside the options that Pulumi passes on. */
type OptionRow = [does: string, example?: unknown, children?: Partial<Record<Child, unknown>>];

const children = ["scopeMap", "token", "access", "generation", "credentials"] as const;
const ignored = ["azureApiVersion", "credentials", "scopeMapId", "status", "tags"];

/** Without an example: other tests show it, as they need an engine. */
const optionRows: Record<keyof (pulumi.ComponentResourceOptions & pulumi.CustomResourceOptions), OptionRow> =
  {
    additionalSecretOutputs: [
      "nothing: the passwords are secrets in any case",
      ["tokenId"],
      { credentials: ["password", "passwords"] },
    ],
    aliases: ["keeps everything, if tokenName keeps its value (engine/options)"],
    customTimeouts: ["nothing: a component has no operations", { create: "1s" }],
    deleteBeforeReplace: ["nothing: a component is not replaced", true, { scopeMap: false, token: false }],
    deletedWith: [
      "the children are replaced, and go without a call, with what it names (engine/replacedRegistry)",
    ],
    dependsOn: ["the children wait (Pulumi)"],
    envVarMappings: ["nothing: a component is no provider", { FROM: "TO" }],
    hideDiffs: ["nothing: a component has no diff", ["tokenId"]],
    hooks: [
      "nothing for the children: the token and the scope map keep their own, which mocks leave out",
      { afterCreate: [] },
      { scopeMap: { beforeCreate: [] }, token: { beforeCreate: [], beforeUpdate: [] } },
    ],
    id: ["nothing: a component has no id"],
    import: ["nothing: the argument adopt imports a token"],
    ignoreChanges: ["nothing: the token's own list stays", ["repositories"], { token: ignored }],
    parent: ["the component has the parent (Pulumi)"],
    pluginDownloadURL: ["nothing in TypeScript: the program constructs the component"],
    protect: [
      "protects the children but not the RandomUuid, so that rotations continue",
      true,
      { generation: false },
    ],
    provider: ["is the provider of the children of its package (engine/explicitProviders)"],
    providers: ["are the providers of the children (engine/explicitProviders)"],
    replaceOnChanges: ["nothing: a component is not replaced", ["*"]],
    replaceWith: ["nothing: a component is not replaced", []],
    replacementTrigger: ["nothing: a component is not replaced", "one"],
    retainOnDelete: ["a destroy leaves the token and its passwords in Azure", true],
    transformations: ["reach the children (every test of this file)"],
    transforms: ["reach the children, and cannot make azure-native update the token (engine/tokenUpdates)"],
    urn: ["reads the outputs of the component that has it (component/references)"],
    version: ["nothing in TypeScript: the program constructs the component"],
  };

test.each(Object.entries(argumentRows))("the argument %s reaches its child", async (name, row) => {
  const [value, child, input, there = value] = row;
  const engine = await Engine.start();
  const scope = name === "scopeMapId" ? registry : args;
  const periods = name === "overlapDays" ? { rotateEveryDays: 30 } : {};
  new RegistryToken("client-1", { ...scope, ...periods, [name]: value } as RegistryTokenArgs);
  await Engine.stop();
  const found = engine.inputs(types[child])[input];
  const expected = row.length === 4 ? row[3] : there;
  expect(pulumi.runtime.isRpcSecret(found) ? unwrapSecret(found) : found).toEqual(expected);
});

test("every output has a value", async () => {
  await Engine.start();
  const token = new RegistryToken("client-1", args);
  const outputs = await resolved(pulumi.output(token.outputs));
  const unset = Object.entries(outputs).filter(([, value]) => value === undefined);
  // Set with keyVault, when the outputs with passwords are not.
  expect(unset.map(([output]) => output)).toEqual(["passwordSecretId", "passwordSecretVersionId"]);
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  await Engine.stop();
});

/** The options that the children get from the component, in the SDK. */
async function optionsOfChildren(given: pulumi.ComponentResourceOptions) {
  await Engine.start();
  const found = new Map<string, pulumi.CustomResourceOptions>();
  new RegistryToken("client-1", args, {
    ...given,
    transformations: [
      ({ type, opts }) => {
        found.set(type, opts);
        return undefined;
      },
    ],
  });
  await Engine.stop();
  return (type: keyof typeof types) => found.get(types[type]) ?? {};
}

const examples = Object.entries(optionRows).flatMap(([option, [does, example, own = {}]]) =>
  example === undefined ? [] : [{ option, does, example, own }],
);

test.each(examples)("the option $option: $does", async ({ option, example, own }) => {
  const options = await optionsOfChildren({ [option]: example });
  const found = children.map((child) => [
    child,
    options(child)[option as keyof pulumi.CustomResourceOptions],
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(children.map((child) => [child, own[child]])));
});
