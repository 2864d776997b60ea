import { describe, expect, test } from "vitest";
import {
  checkScopeMapId,
  checkTokenId,
  parseTokenId,
  registryIdOf,
  registryPath,
  sameId,
} from "../../../components/args/resourceIds";

const registry =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/my-group/providers/Microsoft.ContainerRegistry/registries/myregistry";
const form =
  "/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerRegistry/registries/<name>";

test("a token's id is taken apart, in the case in which it was given", () => {
  expect(parseTokenId(`${registry}/tokens/MyToken`)).toEqual({
    subscriptionId: "00000000-0000-0000-0000-000000000001",
    resourceGroupName: "my-group",
    registryName: "myregistry",
    tokenName: "MyToken",
  });
});

test("ids that Azure writes in another case are taken", () => {
  const shouted = `${registry}/tokens/mytoken`
    .replace("resourceGroups", "RESOURCEGROUPS")
    .replace("Microsoft.ContainerRegistry", "microsoft.containerregistry");
  expect(checkTokenId(shouted)).toBeUndefined();
  expect(parseTokenId(shouted).resourceGroupName).toBe("my-group");
});

test("a token's registry has one id in lower case, and a path in the case of the token's id", () => {
  const id = `${registry}/tokens/mytoken`;
  expect(registryIdOf(id.toUpperCase().replace("/TOKENS/", "/tokens/"))).toBe(registry.toLowerCase());
  expect(registryPath(parseTokenId(id))).toBe(registry);
});

describe("a token's id", () => {
  test.each([
    ["a name", "mytoken"],
    ["a scope map's id", `${registry}/scopeMaps/mymap`],
    ["a registry's id", registry],
    ["an id with a slash at its end", `${registry}/tokens/mytoken/`],
    ["an id of something below a token", `${registry}/tokens/mytoken/x/y`],
    ["an id of another provider", `${registry}/tokens/t`.replace("ContainerRegistry", "Other")],
    ["an address in front of an id", `https://management.azure.com${registry}/tokens/mytoken`],
    [
      "an id without a subscription",
      `${registry}/tokens/t`.replace(/subscriptions\/[^/]+/, "subscriptions/"),
    ],
    [
      "an id that only looks the same, with another letter for the dot",
      `${registry}/tokens/t`.replace("t.C", "txC"),
    ],
  ])("is not %s", (_what, id) => {
    expect(checkTokenId(id)).toBe(
      `must be the resource id of a token, ${form}/tokens/<name>, got ${JSON.stringify(id)}`,
    );
    expect(() => parseTokenId(id)).toThrow(
      `a token's id must be the resource id of a token, ${form}/tokens/<name>`,
    );
  });

  test("is a text", () => {
    expect(checkTokenId(undefined)).toContain("got undefined");
    expect(checkTokenId(7)).toContain("got 7");
  });
});

describe("a scope map's id", () => {
  test.each(["mymap", "_repositories_pull"])("may end in %s", (name) => {
    expect(checkScopeMapId(`${registry}/scopeMaps/${name}`)).toBeUndefined();
  });

  test.each(["_repositories_pull", `${registry}/tokens/mytoken`, `${registry}/scopeMaps/`])(
    "is not %s",
    (id) => {
      expect(checkScopeMapId(id)).toBe(
        `must be the resource id of a scope map, ${form}/scopeMaps/<name>, got ${JSON.stringify(id)}`,
      );
    },
  );
});

test("two ids name the same thing regardless of their case", () => {
  expect(sameId(`${registry}/tokens/a`, `${registry}/tokens/a`.toUpperCase())).toBe(true);
  expect(sameId(`${registry}/tokens/a`, `${registry}/tokens/b`)).toBe(false);
});
