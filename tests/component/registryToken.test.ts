import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { args, create, registry } from "./createToken";
import { Engine, registryId, resolved, types, unwrapSecret } from "./engine";

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

afterEach(Engine.stop);

describe("a RegistryToken", () => {
  test("has as children a scope map, a token, its access, a generation and its credentials", async () => {
    const { token, options } = await create();
    const children = [types.scopeMap, types.token, types.access, types.generation, types.credentials];
    expect(engine.registered.map(({ type }) => type).sort()).toEqual([types.component, ...children].sort());
    for (const type of children) {
      expect(options(type).parent, type).toBe(token);
    }
    expect(engine.registered.map(({ name }) => name)).toEqual(Array(6).fill("client-1"));
  });

  test("hands its arguments to the engine, the identity as a secret, without the passwords to adopt", async () => {
    const azure = { clientId: "an-id", clientSecret: "hidden" };
    const adopt = { password1: "known", regenerate: "password2" } as const;
    await create({ ...args, rotateEveryDays: 7, rotationTriggers: undefined, azure, adopt });
    const { azure: identity, ...others } = engine.inputs(types.component);
    expect(others).toEqual({ ...args, rotateEveryDays: 7 });
    expect(unwrapSecret(identity)).toEqual(azure);
  });

  test("passes the registry, the names and the actions to the scope map", async () => {
    await create({
      ...args,
      tokenName: "my-token",
      scopeMapName: "my_map",
      scopeMapDescription: "For tests",
    });
    expect(engine.inputs(types.scopeMap)).toEqual({
      ...registry,
      scopeMapName: "my_map",
      description: "For tests",
      actions: ["repositories/samples/nginx/content/read"],
    });
  });

  test("passes the registry, the name, the scope map and the status to the token", async () => {
    await create({ ...args, tokenName: "my-token", status: "disabled" });
    expect(engine.inputs(types.token)).toEqual({
      ...registry,
      tokenName: "my-token",
      scopeMapId: `${registryId}/scopeMaps/my-token-scope-map`,
      status: "disabled",
    });
  });

  test("passes the token, its scope map and its status to the TokenAccess, which changes them", async () => {
    await create({ ...args, status: "disabled" });
    expect(engine.inputs(types.access)).toEqual({
      tokenId: `${registryId}/tokens/client-1`,
      scopeMapId: `${registryId}/scopeMaps/client-1-scope-map`,
      status: "disabled",
    });
  });

  test("passes the triggers to the generation, so that a preview names the reason for a rotation", async () => {
    await create({ ...args, rotationTriggers: { reason: "audit", by: pulumi.output("me") } });
    expect(engine.inputs(types.generation)).toEqual({ keepers: { reason: "audit", by: "me" } });
  });

  test("passes the token, the generation and the days to the credentials", async () => {
    await create({
      ...args,
      rotateEveryDays: 7,
      expirationInDays: 30,
      overlapDays: 2,
      spreadRotation: true,
    });
    expect(engine.inputs(types.credentials)).toEqual({
      tokenId: `${registryId}/tokens/client-1`,
      generation: "uuid",
      rotateEveryDays: 7,
      expirationInDays: 30,
      overlapDays: 2,
      spreadRotation: true,
    });
  });

  test("passes a given host to the credentials", async () => {
    await create({ ...args, waitUntilLive: true, loginServer: "registry.example" });
    expect(engine.inputs(types.credentials)).toMatchObject({
      waitUntilLive: true,
      loginServer: "registry.example",
    });
  });
});

describe("the defaults", () => {
  test("are the resource's name for the token, and with -scope-map for the scope map; it is enabled", async () => {
    await create();
    expect(engine.inputs(types.token)).toMatchObject({ tokenName: "client-1", status: "enabled" });
    expect(engine.inputs(types.scopeMap)).toEqual({
      ...registry,
      scopeMapName: "client-1-scope-map",
      actions: ["repositories/samples/nginx/content/read"],
    });
  });

  test("name the scope map after tokenName, also if it is an output", async () => {
    await create({ ...args, tokenName: pulumi.output("my-token") });
    expect(engine.inputs(types.scopeMap).scopeMapName).toBe("my-token-scope-map");
  });

  test("rotate and expire nothing", async () => {
    await create();
    expect(Object.keys(engine.inputs(types.credentials)).sort()).toEqual(["generation", "tokenId"]);
  });
});

describe("the options", () => {
  test("keep azure-native from ever updating the token, which would drop its passwords", async () => {
    const { options } = await create();
    expect(options(types.token).ignoreChanges).toEqual([
      "azureApiVersion",
      "credentials",
      "scopeMapId",
      "status",
      "tags",
    ]);
  });

  test("create a new token and scope map before they delete the old", async () => {
    const { options } = await create();
    expect(options(types.token).deleteBeforeReplace).toBe(false);
    expect(options(types.scopeMap).deleteBeforeReplace).toBe(false);
  });

  test("never protect the RandomUuid, so that a protected RegistryToken still rotates", async () => {
    const { options } = await create();
    expect(options(types.generation).protect).toBe(false);
  });

  test("spare a destroy the calls for the passwords, which go with the token", async () => {
    const { options } = await create();
    const { deletedWith } = options(types.credentials);
    expect(await resolved((deletedWith as pulumi.Resource).urn)).toMatch(
      new RegExp(`\\$${types.token}::client-1$`),
    );
  });

  test("let one operation on the token wait for the other", async () => {
    const { options } = await create();
    const waitsFor = [options(types.credentials).dependsOn].flat();
    const urns = await Promise.all(waitsFor.map((resource) => resolved((resource as pulumi.Resource).urn)));
    expect(urns).toEqual([expect.stringMatching(new RegExp(`\\$${types.access}::client-1$`))]);
  });

  test("keep the passwords secret in the state, regardless of what the provider says", async () => {
    const { options } = await create();
    expect(options(types.credentials).additionalSecretOutputs).toEqual(["password", "passwords"]);
  });
});

describe("an existing scope map", () => {
  const scopeMapId = `${registryId}/scopeMaps/_repositories_pull`;

  test("is the token's, and none is created", async () => {
    const { outputs } = await create({ ...registry, scopeMapId });
    expect(engine.registered.map(({ type }) => type)).not.toContain(types.scopeMap);
    expect(engine.inputs(types.token).scopeMapId).toBe(scopeMapId);
    expect(engine.inputs(types.access).scopeMapId).toBe(scopeMapId);
    expect(outputs.scopeMapId).toBe(scopeMapId);
  });

  test("may come from another resource", async () => {
    await create({ ...registry, scopeMapId: pulumi.output(scopeMapId) });
    expect(engine.registered.map(({ type }) => type)).not.toContain(types.scopeMap);
    expect(engine.inputs(types.token).scopeMapId).toBe(scopeMapId);
  });
});

describe("outputs of other resources as arguments", () => {
  test("are taken everywhere, also inside repositories and gateways", async () => {
    await create({
      resourceGroupName: pulumi.output("group"),
      registryName: Promise.resolve("myregistry"),
      repositories: { "samples/nginx": pulumi.output([pulumi.output("content/read"), "content/write"]) },
      gateways: pulumi.output({ branch01: ["config/read"] }),
      tokenName: pulumi.output("my-token"),
      scopeMapName: pulumi.output("my-map"),
      status: pulumi.output("disabled"),
      rotateEveryDays: pulumi.output(7),
      expirationInDays: pulumi.output(30),
    });
    expect(engine.inputs(types.scopeMap)).toEqual({
      ...registry,
      scopeMapName: "my-map",
      actions: [
        "gateway/branch01/config/read",
        "repositories/samples/nginx/content/read",
        "repositories/samples/nginx/content/write",
      ],
    });
    expect(engine.inputs(types.token)).toMatchObject({ tokenName: "my-token", status: "disabled" });
    expect(engine.inputs(types.credentials)).toMatchObject({ rotateEveryDays: 7, expirationInDays: 30 });
  });
});
