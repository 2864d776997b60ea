/** Two RegistryTokens of one program never share a token or a scope map. */
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, failuresOf, registryId, types } from "./engine";

const args: RegistryTokenArgs = {
  resourceGroupName: "group",
  registryName: "myregistry",
  repositories: { "samples/nginx": ["content/read"] },
  tokenName: "client-1",
};

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
  new RegistryToken("first", args);
});

describe("a second RegistryToken is refused with the same", () => {
  test.for<[string, Partial<RegistryTokenArgs>, string]>([
    ["token", {}, 'tokenName: must be unique in a registry, but RegistryToken "first" of this program'],
    ["token in another letter case", { tokenName: "Client-1", scopeMapName: "other-map" }, "tokenName: must"],
    ["registry in another letter case", { registryName: "MyRegistry" }, "tokenName: must be unique"],
    ["resource group in another letter case", { resourceGroupName: "GROUP" }, "tokenName: must be unique"],
    [
      "scope map",
      { tokenName: "client-2", scopeMapName: "Client-1-Scope-Map" },
      'scopeMapName: must be unique in a registry, but RegistryToken "first" of this program also has "Client-1-Scope-Map"',
    ],
  ])("%s", async ([, others, said]) => {
    expect(() => new RegistryToken("second", { ...args, ...others })).toThrow(said);
    await Engine.stop();
  });
});

describe("a second RegistryToken is accepted with", () => {
  const others = { ...args, tokenName: "client-2" };

  test.for<[string, RegistryTokenArgs]>([
    ["another token", others],
    ["the same names in another registry", { ...args, registryName: "otherregistry" }],
    [
      "a scope map that exists",
      { ...others, repositories: undefined, scopeMapId: `${registryId}/scopeMaps/client-1-scope-map` },
    ],
  ])("%s", async ([, second]) => {
    expect(() => new RegistryToken("second", second)).not.toThrow();
    await Engine.stop();
  });

  test("the same names in another run", async () => {
    await Engine.stop();
    await Engine.start();
    expect(() => new RegistryToken("second", args)).not.toThrow();
    await Engine.stop();
  });
});

// Last: this program does not end.
test("a second RegistryToken is refused with the same token, once its name is known", async () => {
  const tokenName = pulumi.output("client-1");
  const [failure] = await failuresOf(() => new RegistryToken("second", { ...args, tokenName }));
  expect(failure?.message).toContain("tokenName: must be unique");
  expect(engine.registered.filter(({ type }) => type === types.token)).toHaveLength(1);
});
