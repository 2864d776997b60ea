import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AdoptArgs, RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, failuresOf, registryId, types, unwrapSecret } from "./engine";

const args: RegistryTokenArgs = {
  resourceGroupName: "group",
  registryName: "myregistry",
  repositories: { "samples/nginx": ["content/read"] },
};
const tokenId = `${registryId}/tokens/client-1`;

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

/** The error with which a program ends that adopts so. */
function errorOf(adopt: unknown, more: Partial<RegistryTokenArgs> = {}): string {
  try {
    new RegistryToken("client-1", { ...args, ...more, adopt: adopt as AdoptArgs });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("a token to adopt", () => {
  afterEach(() => Engine.stop());

  test("has its TokenAccess first, by the names of the arguments, in their case", async () => {
    new RegistryToken("client-1", { ...args, adopt: { tokenId: tokenId.toUpperCase() } });
    await Engine.stop();
    const order = engine.registered.map(({ type }) => type);
    expect(order.indexOf(types.access)).toBeLessThan(order.indexOf(types.token));
    const subscription = `/subscriptions/SUB/${registryId.split("/").slice(3).join("/")}`;
    expect(engine.inputs(types.access)).toMatchObject({
      tokenId: `${subscription}/tokens/client-1`,
      scopeMapId: `${subscription}/scopeMaps/client-1-scope-map`,
    });
  });

  test("has no scope map of its own if one is named", async () => {
    const scopeMapId = `${registryId}/scopeMaps/_repositories_pull`;
    const { repositories: _, ...registry } = args;
    new RegistryToken("client-1", { ...registry, scopeMapId, adopt: { tokenId } });
    await Engine.stop();
    expect(engine.inputs(types.access).scopeMapId).toBe(scopeMapId);
    expect(engine.registered.map(({ type }) => type)).not.toContain(types.scopeMap);
  });

  test("is not imported without its id: the state has the token, and lacks the passwords", async () => {
    new RegistryToken("client-1", { ...args, adopt: { password1: "one" } });
    await Engine.stop();
    const order = engine.registered.map(({ type }) => type);
    expect(order.indexOf(types.access)).toBeGreaterThan(order.indexOf(types.token));
    expect(unwrapSecret(engine.inputs(types.credentials).adopt)).toEqual({ password1: "one" });
  });

  test("passes its known passwords to TokenCredentials, as a secret", async () => {
    new RegistryToken("client-1", { ...args, adopt: { tokenId, password2: "two", regenerate: "password1" } });
    await Engine.stop();
    expect(unwrapSecret(engine.inputs(types.credentials).adopt)).toEqual({
      password2: "two",
      regenerate: "password1",
    });
  });
});

describe("an invalid adopt is reported with the path of the argument:", () => {
  test.for<[string, unknown, string]>([
    ["nothing", {}, "adopt.tokenId: is required"],
    ["no map", "client-1", "adopt: must be a map, got one of type string"],
    ["no id", { tokenId: "client-1" }, "adopt.tokenId: must be the resource id of a token, "],
    [
      "an id of something else",
      { tokenId: `${registryId}/scopeMaps/x` },
      "adopt.tokenId: must be the resource id",
    ],
    [
      "another registry",
      { tokenId: tokenId.replace("myregistry", "otherregistry") },
      'adopt.tokenId: must have the registryName that the argument registryName has, got "otherregistry" and "myregistry"',
    ],
    [
      "another group",
      { tokenId: tokenId.replace("/group/", "/other/") },
      'adopt.tokenId: must have the resourceGroupName that the argument resourceGroupName has, got "other" and "group"',
    ],
    [
      "another name",
      { tokenId: `${tokenId}0` },
      'adopt.tokenId: must have the tokenName that the argument tokenName has, got "client-10" and "client-1"',
    ],
    ["an empty password", { tokenId, password1: "" }, "adopt.password1: must be the password, a text"],
    ["no slot", { tokenId, regenerate: "both" }, "adopt.regenerate: must be one of password1, password2"],
    [
      "a slot that is given",
      { tokenId, password1: "x", regenerate: "password1" },
      "adopt.regenerate: names password1, which is given",
    ],
    [
      "one password twice",
      { tokenId, password1: "x", password2: "x" },
      "adopt.password2: is the same as adopt.password1",
    ],
    [
      "a misspelt name",
      { tokenId, passwort: "x" },
      "adopt.passwort: is not known: there are tokenId, password1, password2, regenerate",
    ],
  ])("%s", ([, adopt, said]) => {
    expect(errorOf(adopt)).toContain(said);
  });

  test("all errors together, and no password", () => {
    const said = errorOf(
      { tokenId: `${tokenId}0`, password1: "hush", password2: "hush" },
      { status: "off" as never },
    );
    expect(said).toMatch(/adopt\.tokenId: .*\n.*adopt\.password2: |adopt\.password2: .*\n.*adopt\.tokenId: /);
    expect(said).toContain("status: must be one of");
    expect(said).not.toContain("hush");
  });

  test.each([undefined, null])("its tokenId is required if nothing else is given, not %s", (none) => {
    expect(errorOf({ tokenId: none, password1: none })).toContain("adopt.tokenId: is required");
  });

  test("its tokenId is required if the whole map is an output", async () => {
    const adopt = pulumi.output({ password1: "one" });
    const [failure] = await failuresOf(() => new RegistryToken("client-1", { ...args, adopt }));
    expect(failure?.message).toContain("adopt.tokenId: is required");
  });

  test("does not report an invalid name as the name of another token", () => {
    const said = errorOf({ tokenId }, { registryName: 5 as never });
    expect(said).toContain("registryName: must be");
    expect(said).not.toContain("adopt.tokenId");
  });

  test.for<[string, Partial<RegistryTokenArgs>]>([
    ["an id", { adopt: { tokenId: pulumi.output(tokenId.replace("myregistry", "otherregistry")) } }],
    ["a secret map", { adopt: pulumi.secret({ tokenId: tokenId.replace("myregistry", "otherregistry") }) }],
    ["a name", { adopt: { tokenId }, registryName: pulumi.output("otherregistry") }],
  ])("also if it is an output: %s", async ([, given]) => {
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    const messages = failures.map(({ message }) => message).join("\n");
    expect(messages).toMatch(
      /adopt\.tokenId: must have the registryName that the argument registryName has, got ("\w+" and "\w+"|a secret)/,
    );
    expect(engine.registered.map(({ type }) => type)).not.toContain(types.token);
  });
});
