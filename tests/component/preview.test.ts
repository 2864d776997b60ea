import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RegistryToken } from "../../components/registryToken";
import { Engine, isKnown, types, unwrapSecret } from "./engine";

const repositories = { "samples/nginx": ["content/read"] } as const;

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start({ preview: true });
});

afterEach(Engine.stop);

/** Waits until every output has resolved, and returns the known outputs. */
async function knownOutputs(token: RegistryToken): Promise<string[]> {
  const outputs = Object.entries(token.outputs) as [string, pulumi.Output<unknown>][];
  const known = await Promise.all(
    outputs.map(async ([name, output]) => ((await isKnown(output)) ? [name] : [])),
  );
  return known.flat();
}

/** Without keyVault a preview knows that they are not set. */
const noAddresses = ["passwordSecretId", "passwordSecretVersionId"];

/** An output that this preview does not know: that of a registry which is yet to be created, say. */
function notKnownYet(): pulumi.Output<string> {
  class Registry extends pulumi.CustomResource {
    declare readonly name: pulumi.Output<string>;
    constructor() {
      super("test:index:Registry", "registry", { name: undefined });
    }
  }
  return new Registry().id;
}

test("a preview of a new token registers all of it, and knows the username and the given login server", async () => {
  const token = new RegistryToken("client-1", {
    resourceGroupName: "group",
    registryName: "myregistry",
    repositories,
    loginServer: "myregistry.azurecr.io",
  });
  expect((await knownOutputs(token)).sort()).toEqual(["loginServer", ...noAddresses, "username"]);
  expect(engine.registered.map(({ type }) => type).sort()).toEqual(Object.values(types).sort());
  expect(engine.inputs(types.scopeMap)).toMatchObject({
    scopeMapName: "client-1-scope-map",
    actions: ["repositories/samples/nginx/content/read"],
  });
  expect(engine.inputs(types.credentials)).toMatchObject({
    tokenId: pulumi.unknown,
    generation: pulumi.unknown,
  });
});

test("a preview succeeds in which the registry is not created yet", async () => {
  const unknown = notKnownYet();
  const token = new RegistryToken("client-1", {
    resourceGroupName: unknown,
    registryName: unknown,
    repositories: { "samples/nginx": [unknown as pulumi.Output<never>], "samples/redis": ["content/read"] },
    tokenName: unknown,
    scopeMapName: unknown,
    status: unknown as pulumi.Output<never>,
    rotateEveryDays: unknown.apply(Number),
    expirationInDays: unknown.apply(Number),
    rotationTriggers: { by: unknown },
    azure: { clientSecret: unknown },
  });
  expect(await knownOutputs(token)).toEqual(noAddresses);
  expect(engine.inputs(types.scopeMap)).toMatchObject({
    registryName: pulumi.unknown,
    actions: pulumi.unknown,
  });
  expect(engine.inputs(types.token)).toMatchObject({ tokenName: pulumi.unknown, status: pulumi.unknown });
  expect(engine.inputs(types.generation)).toEqual({ keepers: { by: pulumi.unknown } });
  expect(engine.inputs(types.credentials)).toMatchObject({ rotateEveryDays: pulumi.unknown });
  // Newer SDKs keep an unknown value inside its secret.
  const { azure } = engine.inputs(types.credentials);
  expect(pulumi.runtime.unwrapRpcSecret(azure)).toBe(pulumi.unknown);
});

test("a preview with a scope map that is not created yet creates no other scope map", async () => {
  const token = new RegistryToken("client-1", {
    resourceGroupName: "group",
    registryName: "myregistry",
    scopeMapId: notKnownYet(),
  });
  await knownOutputs(token);
  expect(engine.registered.map(({ type }) => type)).not.toContain(types.scopeMap);
  expect(engine.inputs(types.token).scopeMapId).toBe(pulumi.unknown);
});

test("a preview reports invalid known values beside unknown values", () => {
  expect(
    () =>
      new RegistryToken("client-1", {
        resourceGroupName: notKnownYet(),
        registryName: "my-registry",
        repositories,
      }),
  ).toThrow('registryName: must be 5 to 50 letters and digits, got "my-registry"');
});

test("an unknown secret output stays secret in a preview", async () => {
  const token = new RegistryToken("client-1", {
    resourceGroupName: "group",
    registryName: "myregistry",
    repositories,
    azure: { clientSecret: pulumi.secret("hush") },
  });
  await knownOutputs(token);
  expect(unwrapSecret(engine.inputs(types.access).azure)).toEqual({ clientSecret: "hush" });
});
