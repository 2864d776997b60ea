import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { Engine, registryId } from "./engine";

const args: RegistryTokenArgs = {
  resourceGroupName: "group",
  registryName: "myregistry",
  repositories: { "samples/nginx": ["content/read"] },
};
const { repositories: _, ...registry } = args;

let engine: Engine;

beforeEach(async () => {
  engine = await Engine.start();
});

afterEach(Engine.stop);

/** The error of a RegistryToken, which must have one: what a program sees, and what the engine takes. */
function refusal(given: object, name = "client-1"): pulumi.InputPropertiesError {
  try {
    new RegistryToken(name, given as RegistryTokenArgs);
  } catch (error) {
    if (pulumi.InputPropertiesError.isInstance(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("it was taken");
}

/** The reasons of the errors, by property. */
function faults(given: object, name?: string): Record<string, string> {
  return Object.fromEntries(
    refusal(given, name).errors.map(({ propertyPath, reason }) => [propertyPath, reason]),
  );
}

describe("bad arguments", () => {
  const bad = {
    resourceGroupName: "group.",
    registryName: "my-registry",
    repositories: { "samples/*/x": ["pull"] },
    gateways: { branch01: ["content/read"] },
    tokenName: "abcd",
    scopeMapName: "a map",
    status: "off",
    rotateEveryDays: 0,
    expirationInDays: 1,
    overlapDays: 0.5,
    spreadRotation: "yes" as unknown as boolean,
    rotationTriggers: { year: 2026, reason: "audit" },
    loginServer: "https://myregistry.azurecr.io",
  };

  test("are reported together, each with its path, the allowed values and the given value", () => {
    const actions = "content/read, content/write, content/delete, metadata/read, metadata/write";
    expect(faults(bad)).toEqual({
      'repositories["samples/*/x"]': `must be a repository's name, such as "samples/nginx", a prefix that ends in "/*", or "*" for every repository, got "samples/*/x"`,
      'repositories["samples/*/x"][0]': `must be one of ${actions}, got "pull"`,
      'gateways["branch01"][0]':
        'must be one of config/read, config/write, message/read, message/write, got "content/read"',
      rotateEveryDays: "must be a whole number of days from 1 to 36500, got 0",
      expirationInDays: "must be a whole number of days from 2 to 36500, got 1",
      overlapDays: "must be a whole number of days from 1 to 36500, got 0.5",
      spreadRotation: 'must be true or false, got "yes"',
      rotationTriggers: 'must be a map of texts, got "year" of type number',
      resourceGroupName:
        'must be 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, not ending in a period, got "group."',
      registryName: 'must be 5 to 50 letters and digits, got "my-registry"',
      tokenName: 'must be 5 to 50 letters, digits and hyphens, got "abcd"',
      scopeMapName: 'must be 5 to 50 letters, digits, hyphens and underscores, got "a map"',
      status: 'must be one of enabled, disabled, got "off"',
      loginServer:
        'must be a host such as "myregistry.azurecr.io", without https://, got "https://myregistry.azurecr.io"',
    });
  });

  test("are compared: a password must not expire before it is rotated", () => {
    expect(faults({ ...args, rotateEveryDays: 30, expirationInDays: 30 })).toEqual({
      expirationInDays:
        "must be more than rotateEveryDays, so that the current password is replaced before it expires, got 30 with rotateEveryDays 30",
    });
  });

  test("are compared: no rotation and no expiry may end an overlap early", () => {
    expect(faults({ ...args, rotateEveryDays: 30, overlapDays: 30 })).toEqual({
      overlapDays:
        "must be less than rotateEveryDays, so that the previous password works until the end of its overlap, got 30 with rotateEveryDays 30",
    });
    expect(faults({ ...args, expirationInDays: 60, overlapDays: 30 })).toEqual({
      overlapDays:
        "must be less than rotateEveryDays, so that the previous password works until the end of its overlap, got 30 with rotateEveryDays 30, its default (half of expirationInDays)",
    });
    expect(faults({ ...args, rotateEveryDays: 30, expirationInDays: 40, overlapDays: 11 })).toEqual({
      overlapDays: expect.stringContaining("must not be more than expirationInDays less rotateEveryDays"),
    });
    new RegistryToken("client-1", { ...args, overlapDays: 300 });
  });

  test("of azure are reported without the valid settings", () => {
    const azure = { tenantId: "22222222-2222-4222-8222-222222222222", useOidc: "yes", clientId: "33333333" };
    expect(Object.keys(faults({ ...args, azure }))).toEqual(["azure.useOidc"]);
  });

  test("are the user's mistake: Pulumi prints the error without its stack", () => {
    expect(pulumi.RunError.isInstance(refusal({ ...args, status: "off" }))).toBe(true);
  });

  test("are all in the message, under the resource's name, and no line of code is", () => {
    const error = refusal({ ...registry, status: "off", repositories: {} });
    expect(error.message).toBe(
      [
        'RegistryToken "client-1" has invalid arguments:',
        '  status: must be one of enabled, disabled, got "off"',
        '  repositories: a scope map must allow something: name a repository and its actions, such as {"samples/nginx": ["content/read"]}',
      ].join("\n"),
    );
    expect(error.stack).toBe(error.message);
  });

  test("are those of a name with a typo, too, without their value", () => {
    expect(faults({ ...args, rotateEvryDays: 30, password: "hush-hush" })).toEqual({
      rotateEvryDays: expect.stringMatching(
        /^is not known: there are resourceGroupName, .*rotateEveryDays, /,
      ),
      password: expect.stringMatching(/^is not known: there are resourceGroupName, /),
    });
    expect(refusal({ ...args, password: "hush-hush" }).message).not.toContain("hush-hush");
  });

  test("are none that are not given", () => {
    expect(
      () => new RegistryToken("client-1", { ...args, of: undefined } as RegistryTokenArgs),
    ).not.toThrow();
  });

  test("register nothing, not even the component", () => {
    refusal(bad);
    expect(engine.registered).toEqual([]);
    expect(engine.calls).toEqual([]);
  });
});

describe("exactly one way of scoping", () => {
  const scopeMapId = `${registryId}/scopeMaps/_repositories_pull`;

  test("is needed", () => {
    expect(faults(registry)).toEqual({
      repositories: "exactly one of repositories (with gateways) and scopeMapId is needed, got none",
    });
  });

  test.each([
    [{ repositories: args.repositories }, "repositories"],
    [{ gateways: { branch01: ["config/read"] } }, "gateways"],
    [
      { repositories: args.repositories, gateways: { branch01: ["config/read"] } },
      "repositories and gateways",
    ],
  ])("is allowed: not %j beside scopeMapId", (own, names) => {
    expect(faults({ ...registry, ...own, scopeMapId })).toEqual({
      scopeMapId: `exactly one of repositories (with gateways) and scopeMapId is allowed, got ${names} and scopeMapId`,
    });
  });

  test("may be gateways alone", () => {
    new RegistryToken("client-1", { ...registry, gateways: { branch01: ["config/read"] } });
  });

  test("leaves no name or description to give to a scope map that exists", () => {
    const reason =
      "describes a scope map of its own, but scopeMapId names one that exists: leave out one of them";
    expect(faults({ ...registry, scopeMapId, scopeMapName: "my-map", scopeMapDescription: "mine" })).toEqual({
      scopeMapName: reason,
      scopeMapDescription: reason,
    });
  });

  test("leaves nothing else to say of a name that does not count", () => {
    const { errors } = refusal({ ...registry, scopeMapId, scopeMapName: "a map" });
    expect(errors.map(({ propertyPath }) => propertyPath)).toEqual(["scopeMapName"]);
  });
});

describe("a default that Azure would refuse", () => {
  test("names its source and the argument to set", () => {
    expect(faults(args, "app")).toEqual({
      tokenName:
        'must be 5 to 50 letters, digits and hyphens, got "app", its default (the resource\'s name): set tokenName',
    });
  });

  test("is found for the scope map's name as well", () => {
    const name = "a".repeat(45);
    expect(faults(args, name)).toEqual({
      scopeMapName: `must be 5 to 50 letters, digits, hyphens and underscores, got "${name}-scope-map", its default (<tokenName>-scope-map): set scopeMapName`,
    });
  });

  test("does not matter if the scope map exists, or has a name", () => {
    new RegistryToken("a".repeat(45), { ...registry, scopeMapId: `${registryId}/scopeMaps/mymap` });
    new RegistryToken("b".repeat(45), { ...args, scopeMapName: "my-map" });
  });
});

describe("secret arguments", () => {
  test("are not shown: a trigger of a wrong type", () => {
    const { message } = refusal({ ...args, rotationTriggers: { pin: 123456, nested: { secret: "hush" } } });
    expect(message).toContain('must be a map of texts, got "pin" of type number');
    expect(message).not.toContain("123456");
    expect(message).not.toContain("hush");
  });

  test("are not shown: the client secret, beside any other error", () => {
    const azure = { clientId: "client", clientSecret: "hush-hush", tenantId: "tenant" };
    const error = refusal({ ...args, status: "off", azure });
    expect(error.message + JSON.stringify(error.errors)).not.toContain("hush-hush");
  });
});

describe("a login server", () => {
  test.each(["myregistry.azurecr.io", "myregistry-a1.azurecr.cn", "127.0.0.1:8443", "localhost"])(
    "may be %s",
    (host) => {
      new RegistryToken("client-1", { ...args, loginServer: host });
    },
  );
});

test.each([
  ["x", 20],
  ["名", 12],
])(
  "of many wrong arguments the first are listed, as many as a gRPC trailer holds: %s, %i",
  (letter, count) => {
    const names = Array.from({ length: 200 }, (_, index) => `${letter.repeat(250)} ${index}`);
    const repositories = Object.fromEntries(names.map((name) => [name, ["content/read" as const]]));
    const { message } = refusal({ ...args, repositories });
    expect(message.match(/must be a repository's name/g)).toHaveLength(count);
    expect(message).toContain(`\n  and ${200 - count} more`);
    expect(encodeURIComponent(message).length).toBeLessThan(60_000);
  },
);
