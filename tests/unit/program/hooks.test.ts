/** The hooks that prevent azure-native from creating an existing token, and from updating a token. */
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { neverUpdated } from "../../../components/program/neverUpdated";
import { onlyIfNew } from "../../../components/program/onlyIfNew";

/** The tokens on Azure, the requests, and whether a test's mocks replace the engine. */
const fake = vi.hoisted(() => ({
  found: {} as Record<string, string>,
  asked: [] as object[],
  isMocked: false,
}));

vi.mock("@pulumi/pulumi", async (original) => ({
  ...(await original<typeof pulumi>()),
  ResourceHook: class {
    constructor(
      readonly name: string,
      readonly callback: (args: pulumi.ResourceHookArgs) => unknown,
      readonly opts: object,
    ) {}
  },
}));
vi.mock("../../../components/program/isMocked", () => ({ isMocked: () => fake.isMocked }));
vi.mock("../../../components/program/perEngine", () => ({
  PerEngine: class<T> {
    private made: T | undefined;
    constructor(private readonly make: () => T) {}
    get() {
      this.made ??= this.make();
      return this.made;
    }
  },
}));

function lookUp(kind: string) {
  return async (args: Record<string, string>, options: object) => {
    fake.asked.push({ kind, ...args, ...options });
    const id = fake.found[args[kind] ?? ""];
    if (id === undefined) {
      throw new Error("not found");
    }
    return { id };
  };
}
vi.mock("@pulumi/azure-native/containerregistry/getToken", () => ({ getToken: lookUp("tokenName") }));
vi.mock("@pulumi/azure-native/containerregistry/getScopeMap", () => ({
  getScopeMap: lookUp("scopeMapName"),
}));

const tokenType = "azure-native:containerregistry:Token";
const urnOf = (parent: string, type = "") =>
  `urn:pulumi:stack::project::${parent}acr-token:index:RegistryToken${type && `$${type}`}::client`;
/** A component whose provider has a name. */
const component = (parent: string, provider: string) =>
  ({ urn: pulumi.output(urnOf(parent)), getProvider: (type: string) => `${provider} for ${type}` }) as never;
const registry = { resourceGroupName: "g", registryName: "r" };

beforeEach(() => {
  fake.found = {};
  fake.asked.length = 0;
  fake.isMocked = false;
});

const callback = (hook: pulumi.ResourceHook | undefined, args: object) =>
  hook?.callback({ id: "", name: "client", ...args } as pulumi.ResourceHookArgs);

describe("the creation of a token or scope map", () => {
  const create = (newInputs: object | undefined, type = tokenType) => {
    const [hook] = onlyIfNew("client", component("", "first"));
    return callback(hook, { urn: urnOf("", type), type, newInputs });
  };

  test("is looked at in a preview too, by one hook for all", () => {
    const [hook, ...others] = onlyIfNew("client", component("", "first"));
    expect(hook).toMatchObject({
      name: expect.stringMatching(/^acr-token:onlyIfNew/),
      opts: { onDryRun: true },
    });
    expect(others).toEqual([]);
    expect(onlyIfNew("other", component("", "second"))[0]).toBe(hook);
  });

  test("is not checked in a unit test, nor if it is replaced with its registry", () => {
    expect(onlyIfNew("client", component("", "first"), { deletedWith: {} as never })).toEqual([]);
    fake.isMocked = true;
    expect(onlyIfNew("client", component("", "first"))).toEqual([]);
  });

  test.each([
    ["token", "tokenName", tokenType],
    ["scope map", "scopeMapName", "azure-native:containerregistry:ScopeMap"],
  ])("is refused if Azure has the %s", async (what, argument, type) => {
    fake.found = { mine: "the-id" };
    await expect(create({ ...registry, [argument]: "mine" }, type)).rejects.toThrow(
      `cannot create already existing resource 'the-id': Azure has this ${what}, and compares names without regard to letter case. Nothing was changed. If it belongs to another stack or program, give another ${argument}. To move`,
    );
    const provider = `first for ${type}`;
    expect(fake.asked).toEqual([{ kind: argument, ...registry, [argument]: "mine", provider }]);
  });

  test("is refused without the id if a name is a secret", async () => {
    fake.found = { mine: "the-id" };
    const creating = create({ ...registry, tokenName: pulumi.secret("mine") });
    await expect(creating).rejects.toThrow("cannot create already existing resource: Azure has this token");
  });

  test("continues if Azure does not have it, or cannot be reached", async () => {
    await create({ ...registry, tokenName: "mine" });
    await create({ ...registry, scopeMapName: "mine" });
    expect(fake.asked).toHaveLength(2);
  });

  test.each<[object | undefined]>([
    [undefined],
    [registry],
    [{ registryName: "r", tokenName: "mine" }],
    [{ resourceGroupName: "g", tokenName: "mine" }],
    [{ ...registry, tokenName: pulumi.unknown }],
    [{ ...registry, registryName: pulumi.unknown, tokenName: "mine" }],
  ])("sends no request while a name is unknown: %j", async (newInputs) => {
    await create(newInputs);
    expect(fake.asked).toEqual([]);
  });

  test("uses the provider of its own parent, if two have one name", async () => {
    const [hook] = onlyIfNew("client", component("my:index:Parent$", "second"));
    const urn = urnOf("my:index:Parent$", tokenType);
    await callback(hook, { urn, type: tokenType, newInputs: { ...registry, tokenName: "mine" } });
    expect(fake.asked).toMatchObject([{ provider: `second for ${tokenType}` }]);
    const unknown = { urn, type: tokenType, name: "nobody", newInputs: { ...registry, tokenName: "mine" } };
    await callback(hook, unknown);
    expect(fake.asked.at(-1)).toMatchObject({ provider: undefined });
  });
});

describe("an update of the token by azure-native", () => {
  const update = (oldInputs?: object, newInputs?: object) =>
    callback(neverUpdated()[0], { oldInputs, newInputs });

  test("is looked at in a preview too, by one hook for all, and in no unit test", () => {
    const [hook] = neverUpdated();
    expect(hook).toMatchObject({
      name: expect.stringMatching(/^acr-token:neverUpdated/),
      opts: { onDryRun: true },
    });
    expect(neverUpdated()[0]).toBe(hook);
    fake.isMocked = true;
    expect(neverUpdated()).toEqual([]);
  });

  test("is refused, and the error names what it would change, sorted", () => {
    expect(() => update({ b: { c: 1 }, old: 1, same: [1] }, { b: { c: 2 }, added: 1, same: [1] })).toThrow(
      'the Token of RegistryToken "client" cannot be updated: azure-native would update it by PUT, and Azure then drops both passwords. Nothing was changed. The update would change: added, b, old. ',
    );
    expect(() => update(undefined, { a: 1 })).toThrow("The update would change: a. ");
    expect(() => update({ a: 1 })).toThrow("The update would change: a. ");
  });

  test("that changes nothing ends a creation that was interrupted", () => {
    expect(update({ a: { b: 1 } }, { a: { b: 1 } })).toBeUndefined();
    expect(update()).toBeUndefined();
  });
});
