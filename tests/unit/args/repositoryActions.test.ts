import { describe, expect, test } from "vitest";
import {
  type Access,
  checkAccess,
  gatewayActions,
  repositoryActions,
  scopeMapActions,
} from "../../../components/args/repositoryActions";

const read = ["content/read"];
const allRepositoryActions = "content/read, content/write, content/delete, metadata/read, metadata/write";
const allGatewayActions = "config/read, config/write, message/read, message/write";
const repositoryRule = `must be a repository's name, such as "samples/nginx", a prefix that ends in "/*", or "*" for every repository`;

/** As many repositories as asked for, each with the same actions. */
function many(count: number, actions: string[]): Access {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`app${index}`, actions]));
}

describe("the actions of a scope map", () => {
  test("every action of a repository is written as Azure writes it", () => {
    expect(scopeMapActions({ "samples/nginx": [...repositoryActions] })).toEqual([
      "repositories/samples/nginx/content/delete",
      "repositories/samples/nginx/content/read",
      "repositories/samples/nginx/content/write",
      "repositories/samples/nginx/metadata/read",
      "repositories/samples/nginx/metadata/write",
    ]);
  });

  test("every action of a gateway is written as Azure writes it, with gateway in the singular", () => {
    expect(scopeMapActions({}, { branch01: [...gatewayActions] })).toEqual([
      "gateway/branch01/config/read",
      "gateway/branch01/config/write",
      "gateway/branch01/message/read",
      "gateway/branch01/message/write",
    ]);
  });

  test("gateways alone are enough", () => {
    expect(scopeMapActions(undefined, { branch01: ["config/read"] })).toEqual([
      "gateway/branch01/config/read",
    ]);
  });

  test("names and actions are lower-cased, as az does", () => {
    expect(scopeMapActions({ "Samples/Nginx": ["Content/Read"] }, { Branch01: ["CONFIG/READ"] })).toEqual([
      "gateway/branch01/config/read",
      "repositories/samples/nginx/content/read",
    ]);
  });

  test("a duplicate action is in the scope map once, also in another case", () => {
    expect(scopeMapActions({ app: ["content/read", "Content/Read"], APP: ["content/read"] })).toEqual([
      "repositories/app/content/read",
    ]);
  });

  test("another order of the arguments is no change", () => {
    const one = scopeMapActions(
      { b: ["content/write", "content/read"], a: read },
      { gate2: ["message/read", "config/read"], gate1: ["config/read"] },
    );
    const other = scopeMapActions(
      { a: read, b: ["content/read", "content/write"] },
      { gate1: ["config/read"], gate2: ["config/read", "message/read"] },
    );
    expect(other).toEqual(one);
  });
});

describe("a repository's name", () => {
  const names = [
    "*",
    "foo/*",
    "a/b/*",
    "a",
    "0",
    "a.b",
    "a_b",
    "a__b",
    "x/a__b",
    "mirror/hub.azurecr.io/app",
    "a-b",
    "a--b",
    "a/b/c",
    "acr/connected-registry",
  ];
  test.each(names)("may be %s", (name) => {
    expect(checkAccess({ [name]: read })).toEqual([]);
  });

  const bad = [
    "foo*",
    "*/x",
    "foo/*/bar",
    "**",
    "*/*",
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    "-a",
    "a-",
    ".a",
    "a b",
    "a:latest",
    "ü",
  ];
  test.each(bad)("may not be %j", (name) => {
    expect(checkAccess({ [name]: read })).toEqual([
      {
        property: `repositories[${JSON.stringify(name)}]`,
        reason: `${repositoryRule}, got ${JSON.stringify(name)}`,
      },
    ]);
  });

  test("that is long and wrong at its end is refused at once", () => {
    const started = performance.now();
    expect(checkAccess({ [`${"a-".repeat(5_000)}!`]: read })).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("a gateway's name", () => {
  test.each(["abcde", "a".repeat(50), "Branch01"])("may be %s", (name) => {
    expect(checkAccess({}, { [name]: ["config/read"] })).toEqual([]);
  });

  test.each(["abcd", "a".repeat(51), "branch-1", "*"])("may not be %s", (name) => {
    expect(checkAccess({}, { [name]: ["config/read"] })).toEqual([
      {
        property: `gateways["${name}"]`,
        reason: `must be the name of a connected registry, 5 to 50 letters and digits, got "${name}"`,
      },
    ]);
  });
});

describe("an invalid scope map", () => {
  test("has all its errors reported together, each with its property", () => {
    expect(
      checkAccess(
        { "foo*": ["content/read", "pull"], app: [], "samples/nginx": ["content/read", "config/read"] },
        { abc: ["content/read"] },
      ),
    ).toEqual([
      { property: 'repositories["foo*"]', reason: `${repositoryRule}, got "foo*"` },
      { property: 'repositories["foo*"][1]', reason: `must be one of ${allRepositoryActions}, got "pull"` },
      {
        property: 'repositories["app"]',
        reason: `must list at least one of ${allRepositoryActions}, got []`,
      },
      {
        property: 'repositories["samples/nginx"][1]',
        reason: `must be one of ${allRepositoryActions}, got "config/read"`,
      },
      {
        property: 'gateways["abc"]',
        reason: 'must be the name of a connected registry, 5 to 50 letters and digits, got "abc"',
      },
      { property: 'gateways["abc"][0]', reason: `must be one of ${allGatewayActions}, got "content/read"` },
    ]);
  });

  test("a value that is not a list is an error of its repository", () => {
    expect(checkAccess({ app: "content/read" } as unknown as Access)).toEqual([
      {
        property: 'repositories["app"]',
        reason: `must list at least one of ${allRepositoryActions}, got "content/read"`,
      },
    ]);
  });

  test.each([
    [["app"], '["app"]'],
    ["app", '"app"'],
    [null, "null"],
  ])("repositories that are no map, such as %j, are a fault", (repositories, shown) => {
    expect(checkAccess(repositories as unknown as Access)).toEqual([
      { property: "repositories", reason: `must be a map of names to lists of actions, got ${shown}` },
    ]);
  });

  test("gateways that are no map are a fault", () => {
    expect(checkAccess({ app: read }, null as unknown as Access)).toEqual([
      { property: "gateways", reason: "must be a map of names to lists of actions, got null" },
    ]);
  });

  test("a scope map without actions is an error with an example", () => {
    expect(checkAccess({}, {})).toEqual([
      {
        property: "repositories",
        reason: `a scope map must allow something: name a repository and its actions, such as {"samples/nginx": ["content/read"]}`,
      },
    ]);
  });
});

describe("Azure's limits for one scope map", () => {
  test("500 repositories with 500 actions are taken", () => {
    expect(checkAccess(many(500, read))).toEqual([]);
  });

  test("501 repositories are too many", () => {
    expect(checkAccess(many(501, read))).toEqual([
      {
        property: "repositories",
        reason: `a scope map takes at most 500 repositories, got 501: use a prefix such as "samples/*", or a second token`,
      },
    ]);
  });

  test("501 actions are too many, gateways' included", () => {
    expect(checkAccess(many(250, ["content/read", "content/write"]), { branch01: ["config/read"] })).toEqual([
      {
        property: "repositories",
        reason: `a scope map takes at most 500 actions, got 501: use a prefix such as "samples/*", or a second token`,
      },
    ]);
  });

  test("a duplicate action counts once", () => {
    const twice = { ...many(500, ["content/read", "Content/Read"]), APP0: read };
    expect(checkAccess(twice)).toEqual([]);
  });
});
