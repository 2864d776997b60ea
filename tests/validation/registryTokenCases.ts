/** Bad arguments of a RegistryToken, one by one. */
import { registryId } from "../component/engine";
import {
  type Bad,
  badAdoptions,
  badDays,
  badFlags,
  badHosts,
  badIds,
  badNames,
  badSettings,
  noText,
  strange,
} from "./cases";

const registry = { resourceGroupName: "group", registryName: "myregistry" };
export const good = { ...registry, repositories: { "samples/nginx": ["content/read"] } };
const adoptable = { ...good, tokenName: "mytoken" };

/** One invalid argument beside valid arguments, with the property and the text of the error. */
export type Case = readonly [property: string, given: object, said: readonly string[]];

const nameRules = {
  registryName: "must be 5 to 50 letters and digits",
  tokenName: "must be 5 to 50 letters, digits and hyphens",
  scopeMapName: "must be 5 to 50 letters, digits, hyphens and underscores",
};

function each(property: string, rule: string, values: readonly Bad[], beside: object = good): Case[] {
  return values.map(([value, got = ""]) => [property, { ...beside, [property]: value }, [rule, got]]);
}

const groupRule = "must be 1 to 90 letters, digits, underscores, hyphens, periods and parentheses";
const daysRule = (least: number) => `must be a whole number of days from ${least} to 36500`;
const actionsRule = "must be one of content/read, content/write";

export const cases: Case[] = [
  ...Object.entries(nameRules).flatMap(([property, rule]) => [
    ...each(property, rule, [...badNames, ...noText]),
  ]),
  ...each("registryName", nameRules.registryName, [["my-registry", '"my-registry"'], ...strange]),
  ...each("tokenName", nameRules.tokenName, [["my_token", '"my_token"']]),
  ...each("scopeMapName", nameRules.scopeMapName, [["my.scope.map", '"my.scope.map"']]),
  ...each("resourceGroupName", groupRule, [
    ...noText,
    ...strange,
    ["", '""'],
    ["group.", '"group."'],
    ["..", '".."'],
    ["a/b", '"a/b"'],
    ["group?x", '"group?x"'],
    ["group\n", '"group\\n"'],
    ["a".repeat(91), "a".repeat(91)],
  ]),
  ["resourceGroupName", { ...good, resourceGroupName: undefined }, ["is required"]],
  ["registryName", { ...good, registryName: undefined }, ["is required"]],
  ...each("rotateEveryDays", daysRule(1), [...badDays, ...strange]),
  ...each("expirationInDays", daysRule(2), [...badDays, [1, "1"], ...strange]),
  ...each("overlapDays", daysRule(1), [...badDays, ...strange]),
  [
    "expirationInDays",
    { ...good, rotateEveryDays: 30, expirationInDays: 30 },
    ["must be more than rotateEveryDays"],
  ],
  ["overlapDays", { ...good, rotateEveryDays: 30, overlapDays: 30 }, ["must be less than rotateEveryDays"]],
  [
    "overlapDays",
    { ...good, rotateEveryDays: 30, expirationInDays: 40, overlapDays: 20 },
    ["must not be more than expirationInDays less rotateEveryDays"],
  ],
  ...each("spreadRotation", "must be true or false", [...badFlags, ...strange]),
  ...each("waitUntilLive", "must be true or false", [...badFlags, ...strange]),
  ...each("status", "must be one of enabled, disabled", [
    ...noText,
    ...strange,
    ["", '""'],
    ["off", '"off"'],
    ["Enabled", '"Enabled"'],
    ["enabled ", '"enabled "'],
  ]),
  ...each("loginServer", "must be a host such as", [...badHosts, ...noText, ...strange]),
  ...each("additionalHosts", "must be a list of hosts", [...strange, ["a.example", '"a.example"'], [7, "7"]]),
  ...[...badHosts, ...noText, ...strange].map(
    ([host, got = ""]): Case => [
      "additionalHosts[1]",
      { ...good, additionalHosts: ["a.example", host] },
      ["must be a host such as", got],
    ],
  ),
  ...each(
    "scopeMapId",
    "must be the resource id of a scope map",
    [...badIds("scopeMaps"), ...noText],
    registry,
  ),
  ...each("rotationTriggers", "must be a map of texts", [
    ["audit", '"audit"'],
    [7, "7"],
    [["audit"], '["audit"]'],
    [{ year: 2026 }, '"year" of type number'],
    [{ nested: { secret: "hush" } }, '"nested" of type object'],
    [{ nothing: null }, '"nothing" of type null'],
    [{ list: [] }, '"list" of type list'],
    ...strange.filter(([value]) => typeof value !== "object"),
  ]),
  ...each("scopeMapDescription", "must be a text", [...noText, ...strange]),
  ...each(
    "repositories",
    "must be a map of names to lists of actions",
    [
      ["samples/nginx", '"samples/nginx"'],
      [7, "7"],
      [["samples/nginx"], '["samples/nginx"]'],
      [null, "null"],
    ],
    registry,
  ),
  ...each("gateways", "must be a map of names to lists of actions", [
    ["branch01", '"branch01"'],
    [7, "7"],
    [[], "[]"],
  ]),
  ["repositories", { ...registry, repositories: {} }, ["must allow something"]],
  ["repositories", registry, ["exactly one of repositories (with gateways) and scopeMapId is needed"]],
  ...[
    "",
    "/",
    "samples/",
    "/samples",
    "samples//nginx",
    "samples/*/x",
    "sam*",
    "**",
    "../samples",
    "samples/nginx:latest",
    "samples@sha256",
    "sämples",
    "samples nginx",
    "-samples",
    "samples-",
    "__proto__",
  ].map(
    (name): Case => [
      `repositories[${JSON.stringify(name)}]`,
      { ...registry, repositories: Object.fromEntries([[name, ["content/read"]]]) },
      ["must be a repository's name", `got ${JSON.stringify(name)}`],
    ],
  ),
  ...["myregistry.azurecr.io", "MyRegistry-a1b2.azurecr.us", "myregistry.westeurope.data.azurecr.cn"].map(
    (host): Case => [
      `repositories["${host}/samples/nginx"]`,
      { ...registry, repositories: { [`${host}/samples/nginx`]: ["content/read"] } },
      [
        `must be a repository's name without the registry's host, "samples/nginx", got "${host}/samples/nginx"`,
      ],
    ],
  ),
  ...([["pull"], [""], ["content/*"], ["content/read "], [7], [null], [["content/read"]]] as unknown[][]).map(
    (actions): Case => [
      'repositories["samples/nginx"][0]',
      { ...registry, repositories: { "samples/nginx": actions } },
      [actionsRule, `got ${JSON.stringify(actions[0])}`],
    ],
  ),
  ...["content/read", 7, {}, [], null, true].map(
    (actions): Case => [
      'repositories["samples/nginx"]',
      { ...registry, repositories: { "samples/nginx": actions } },
      ["must list at least one of content/read", `got ${JSON.stringify(actions)}`],
    ],
  ),
  ...["abcd", "branch-01", "a".repeat(51), "*", "branch/01"].map(
    (name): Case => [
      `gateways[${JSON.stringify(name)}]`,
      // Without repositories beside them.
      { ...registry, gateways: { [name]: ["config/read"] } },
      ["must be the name of a connected registry, 5 to 50 letters and digits", `got ${JSON.stringify(name)}`],
    ],
  ),
  [
    'gateways["branch01"][0]',
    { ...good, gateways: { branch01: ["content/read"] } },
    ["must be one of config/read, config/write, message/read, message/write", 'got "content/read"'],
  ],
  [
    "repositories",
    {
      ...registry,
      repositories: Object.fromEntries(
        Array.from({ length: 501 }, (_, n) => [`repository${n}`, ["content/read"]]),
      ),
    },
    ["takes at most 500 repositories, got 501"],
  ],
  ["scopeMapId", { ...good, scopeMapId: `${registryId}/scopeMaps/my-map` }, ["exactly one of repositories"]],
  ...(["scopeMapName", "scopeMapDescription"] as const).map(
    (name): Case => [
      name,
      { ...registry, scopeMapId: `${registryId}/scopeMaps/my-map`, [name]: "my-map" },
      ["scopeMapId names one that exists: leave out one of them"],
    ],
  ),
  ...badSettings.map(
    ([name, value, said]): Case => [
      `azure.${name}`,
      { ...good, azure: Object.fromEntries([[name, value]]) },
      [said],
    ],
  ),
  ...(
    [
      ["hush", "string"],
      [7, "number"],
      [["hush"], "list"],
      [null, "null"],
    ] as const
  ).map(
    ([azure, type]): Case => [
      "azure",
      { ...good, azure },
      [`must be a map of settings, got one of type ${type}`],
    ],
  ),
  ...badAdoptions.map(
    ([property, adopt, said]): Case => [
      property,
      {
        ...adoptable,
        adopt:
          typeof adopt === "object" && !Array.isArray(adopt)
            ? { tokenId: `${registryId}/tokens/mytoken`, ...adopt }
            : adopt,
      },
      [said],
    ],
  ),
  ["adopt", { ...adoptable, adopt: null }, ["must be a map, got one of type null"]],
  ["adopt.tokenId", { ...adoptable, adopt: {} }, ["is required"]],
  ...badIds("tokens").map(
    ([id, got = ""]): Case => [
      "adopt.tokenId",
      { ...adoptable, adopt: { tokenId: id } },
      ["must be the resource id of a token", got],
    ],
  ),
  [
    "adopt.tokenId",
    { ...good, tokenName: "other", adopt: { tokenId: `${registryId}/tokens/mytoken` } },
    ["must have the tokenName that the argument tokenName has"],
  ],
];
