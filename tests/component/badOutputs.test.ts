import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, failuresOf, registryId, types } from "./engine";

const args: RegistryTokenArgs = {
  resourceGroupName: "group",
  registryName: "myregistry",
  repositories: { "samples/nginx": ["content/read"] },
};

/** Values that the types refuse in a program, and cannot see in an output. */
function later(value: string): pulumi.Output<never> {
  return pulumi.output(value as never);
}

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

describe("an output that turns out bad", () => {
  test.each<[string, Partial<RegistryTokenArgs>, string]>([
    [
      "tokenName",
      { tokenName: pulumi.output("a b") },
      'tokenName: must be 5 to 50 letters, digits and hyphens, got "a b"',
    ],
    [
      "registryName",
      { registryName: pulumi.output("a-b") },
      'registryName: must be 5 to 50 letters and digits, got "a-b"',
    ],
    ["status", { status: later("off") }, 'status: must be one of enabled, disabled, got "off"'],
    ["loginServer", { loginServer: pulumi.output("https://r") }, "loginServer: must be a host"],
    ["nothing", { registryName: pulumi.output(undefined as never) }, "registryName: is required"],
    ["rotateEveryDays", { rotateEveryDays: pulumi.output(0) }, "rotateEveryDays: must be a whole number"],
    [
      "both periods",
      { rotateEveryDays: pulumi.output(30), expirationInDays: 20 },
      "expirationInDays: must be more than rotateEveryDays",
    ],
    [
      "overlapDays beside rotateEveryDays",
      { rotateEveryDays: pulumi.output(30), overlapDays: 30 },
      "overlapDays: must be less than rotateEveryDays",
    ],
    [
      "azure",
      { azure: pulumi.output({ useOidc: "yes" } as never) },
      "azure.useOidc: must be of type boolean, got one of type string",
    ],
  ])("fails with the resource and the property in the error: %s", async (_name, given, said) => {
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    const messages = failures.map(({ message }) => message).join("\n");
    expect(messages).toContain('RegistryToken "client-1" has invalid arguments:');
    expect(messages).toContain(said);
  });

  test("inside the repositories stops the scope map and the token, and names the place", async () => {
    const repositories = { "samples/nginx": [later("pull")] };
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, repositories }));
    const messages = failures.map(({ message }) => message).join("\n");
    expect(messages).toContain('repositories["samples/nginx"][0]: must be one of content/read');
    expect(messages).toContain('got "pull"');
    const registered = engine.registered.map(({ type }) => type);
    expect(registered).not.toContain(types.scopeMap);
    expect(registered).not.toContain(types.token);
  });

  test.each([
    ["registryName", { registryName: pulumi.output("a-b") }],
    ["tokenName", { tokenName: pulumi.output("a b") }],
    ["status", { status: later("off") }],
  ])("is never passed to Azure: no token is created with a bad %s", async (_name, given) => {
    await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    const registered = engine.registered.map(({ type }) => type);
    expect(registered).not.toContain(types.token);
    expect(registered).not.toContain(types.credentials);
  });

  test("is reported once, together with all others, and nothing is created", async () => {
    const given = {
      tokenName: pulumi.output("a b c d e"),
      status: later("off"),
      rotateEveryDays: pulumi.output(0),
    };
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    // Pulumi prints each error once, however many resources it stops.
    const [message, ...others] = new Set(failures.map((failure) => failure.message));
    expect(others).toEqual([]);
    expect(new Set(failures).size).toBe(1);
    expect(message?.split("\n").map((line) => line.trim().split(":")[0])).toEqual([
      'RegistryToken "client-1" has invalid arguments',
      "tokenName",
      "status",
      "rotateEveryDays",
    ]);
    expect(engine.registered.map(({ type }) => type)).toEqual([types.component]);
  });

  test("keeps its message, also if an SDK adds a prefix", async () => {
    const [failure] = await failuresOf(
      () => new RegistryToken("client-1", { ...args, status: pulumi.output("off" as never) }),
    );
    const said = failure?.message;
    // As newer SDKs do, for each resource that cannot be registered.
    Object.assign(failure ?? {}, { message: `error serializing property "scopeMapId": ${said}` });
    expect(failure?.message).toBe(said);
    expect(said).toMatch(/^RegistryToken "client-1" has invalid arguments:/);
  });

  test("that is a secret is not shown", async () => {
    const given = {
      registryName: pulumi.secret("hush, got one"),
      repositories: { "samples/nginx": [pulumi.secret("hush, got one" as never)] },
    };
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    const said = failures.map(({ message }) => message).join("\n");
    expect(said).toContain("registryName: must be 5 to 50 letters and digits, got a secret");
    expect(said).toMatch(/repositories\["samples\/nginx"\]\[0\]: must be one of .*, got a secret/);
    expect(said).not.toContain("hush, got one");
  });

  test("that is a secret map does not show its keys, and is reported once", async () => {
    const repositories = pulumi.secret({ "hush hush": ["pull", "push"] } as never);
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, repositories }));
    const said = failures[0]?.message ?? "";
    expect(said).toMatch(/^ {2}repositories: must be one of .*, got a secret$/m);
    expect(said.match(/must be one of/g)).toHaveLength(1);
    expect(said).not.toContain("hush");
  });

  test.each<[string, Partial<RegistryTokenArgs>]>([
    ["tokenName", { tokenName: pulumi.secret("hush hush") }],
    ["adopt.tokenId", { adopt: { tokenId: pulumi.secret(`${registryId}/tokens/hush-hush`) } }],
    ["adopt", { adopt: pulumi.secret({ tokenId: `${registryId}/tokens/hush-hush` }) }],
  ])("that is a secret name is not shown: %s", async (_what, given) => {
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, ...given }));
    const said = failures.map(({ message }) => message).join("\n");
    expect(said).toContain("got a secret");
    expect(said).not.toContain("hush");
  });

  test("inside the repositories names the RegistryToken, as every other bad argument does", async () => {
    const repositories = { "samples/nginx": [later("pull")] };
    const failures = await failuresOf(() => new RegistryToken("client-1", { ...args, repositories }));
    expect(failures.map(({ message }) => message).join("\n")).toContain('RegistryToken "client-1"');
  });
});
