/** Invalid values by kind, each with its form in the error. */

/** A value that an argument must refuse, and how its error shows it; undefined: not at all. */
export type Bad = readonly [value: unknown, got: string | undefined];

const long = "x".repeat(100_000);
const circular: Record<string, unknown> = {};
circular.itself = circular;

/** Values that are not a string. */
export const noText: Bad[] = [
  [7, "7"],
  [true, "true"],
  [["a"], '["a"]'],
  [{ a: 1 }, '{"a":1}'],
];

/** Values that are not a string, and that only a program in JavaScript can give. */
export const strange: Bad[] = [
  [null, "null"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [10n, "10"],
  [Symbol("s"), "Symbol(s)"],
  [circular, "one of type object"],
];

/** Names that neither a registry, a token nor a scope map may have. */
export const badNames: Bad[] = [
  ["", '""'],
  ["abcd", '"abcd"'],
  ["a".repeat(51), `"${"a".repeat(51)}"`],
  ["has space", '"has space"'],
  ["token/one", '"token/one"'],
  ["../tokens", '"../tokens"'],
  ["token?x=1", '"token?x=1"'],
  ["token#one", '"token#one"'],
  ["token%2Fone", '"token%2Fone"'],
  ["token\n", '"token\\n"'],
  ["tökens", '"tökens"'],
  ["tokеns", '"tokеns"'],
  ["token\u0000s", '"token\\u0000s"'],
  ["\ud800token", '"\\ud800token"'],
  ["$(token)", '"$(token)"'],
  [long, "… (100002 characters)"],
];

/** Values that are not a valid number of days. */
export const badDays: Bad[] = [
  [0, "0"],
  [-1, "-1"],
  [0.5, "0.5"],
  [36_501, "36501"],
  [1e308, "1e+308"],
  [Number.MIN_VALUE, "5e-324"],
  ["30", '"30"'],
  ["", '""'],
  [true, "true"],
  [[30], "[30]"],
  [{ days: 30 }, '{"days":30}'],
];

/** Values that are not true or false. */
export const badFlags: Bad[] = [
  ["true", '"true"'],
  ["", '""'],
  [0, "0"],
  [1, "1"],
  [[], "[]"],
  [{}, "{}"],
];

/** Values that are not a host. */
export const badHosts: Bad[] = [
  ["https://myregistry.azurecr.io", '"https://myregistry.azurecr.io"'],
  ["myregistry.azurecr.io/", '"myregistry.azurecr.io/"'],
  ["myregistry.azurecr.io/v2?x", '"myregistry.azurecr.io/v2?x"'],
  ["user@myregistry.azurecr.io", '"user@myregistry.azurecr.io"'],
  ["my registry", '"my registry"'],
  ["myregistry.azurecr.io\n", '"myregistry.azurecr.io\\n"'],
  ["myregistry..io", '"myregistry..io"'],
  [".azurecr.io", '".azurecr.io"'],
  ["-registry.azurecr.io", '"-registry.azurecr.io"'],
  ["myregistry.azurecr.io.", '"myregistry.azurecr.io."'],
  ["..", '".."'],
  ["myregistry:0", '"myregistry:0"'],
  ["myregistry:65536", '"myregistry:65536"'],
  ["myregistry:99999999", '"myregistry:99999999"'],
  ["myregistry:port", '"myregistry:port"'],
  [`${"a".repeat(64)}.io`, `"${"a".repeat(64)}.io"`],
  [long, "… (100002 characters)"],
];

const registry =
  "/subscriptions/sub/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/myregistry";

/** Values that are not the resource id of a token, or, with `scopeMaps`, of a scope map. */
export function badIds(kind: "tokens" | "scopeMaps"): Bad[] {
  const ids = [
    "",
    "mytoken",
    `${registry}/${kind}`,
    `${registry}/${kind}/`,
    `${registry}/${kind}/abcd`,
    `${registry}/${kind}/has space`,
    `${registry}/${kind}/mytoken/`,
    `${registry}/${kind}/mytoken?api-version=1`,
    `${registry}/${kind}/mytoken#`,
    `${registry}/${kind}/mytoken\n`,
    `${registry}/${kind}/%2e%2e`,
    `${registry}/${kind}/..`,
    `${registry}/webhooks/mytoken`,
    `https://management.azure.com${registry}/${kind}/mytoken`,
    `${registry.replace("myregistry", "my-registry")}/${kind}/mytoken`,
    `${registry.replace("myregistry", "..")}/${kind}/mytoken`,
    `${registry.replace("group/", "group./")}/${kind}/mytoken`,
    `${registry.replace("group/", "../")}/${kind}/mytoken`,
    `${registry.replace("/sub/", "//")}/${kind}/mytoken`,
    `${registry.replace("/sub/", "/a?b/")}/${kind}/mytoken`,
    `${registry.replace("ContainerRegistry", "Storage")}/${kind}/mytoken`,
  ];
  return ids.map((id) => [id, JSON.stringify(id)]);
}

/** Invalid settings of the identity, with the name and the error. */
export const badSettings: readonly [setting: string, value: unknown, said: string][] = [
  ["clientID", "x", "is no setting: there are clientId, tenantId"],
  ["secret", "hush", "is no setting"],
  ["constructor", "x", "is no setting"],
  ["toString", "x", "is no setting"],
  ["clientId", 7, "must be of type string, got one of type number"],
  ["clientSecret", ["hush"], "must be of type string, got one of type list"],
  ["clientSecret", { hush: "hush" }, "must be of type string, got one of type object"],
  ["clientCertificatePath", true, "must be of type string, got one of type boolean"],
  ["clientCertificatePassword", 123456, "must be of type string, got one of type number"],
  ["tenantId", "a/b", "must be the id or the domain of a tenant, letters, digits, periods and hyphens, got"],
  ["tenantId", "contoso.com?x", "must be the id or the domain of a tenant"],
  ["tenantId", "../common", "must be the id or the domain of a tenant"],
  ["tenantId", 7, "must be of type string, got one of type number"],
  ["oidcToken", 7, "must be of type string, got one of type number"],
  ["oidcTokenFilePath", [], "must be of type string, got one of type list"],
  [
    "oidcRequestUrl",
    "http://token.example",
    'must be a URL that begins with https://, got one that begins with "http:"',
  ],
  [
    "oidcRequestUrl",
    "file:///etc/passwd",
    'must be a URL that begins with https://, got one that begins with "file:"',
  ],
  ["oidcRequestUrl", "token.example", "must be a URL that begins with https://, got no URL"],
  ["oidcRequestUrl", "https://", "must be a URL that begins with https://, got no URL"],
  ["oidcRequestToken", false, "must be of type string, got one of type boolean"],
  ["useOidc", "true", "must be of type boolean, got one of type string"],
  ["useMsi", 1, "must be of type boolean, got one of type number"],
  ["useDefaultAzureCredential", "no", "must be of type boolean, got one of type string"],
  ["disableInstanceDiscovery", {}, "must be of type boolean, got one of type object"],
  ["environment", "mars", 'must be one of public, usgovernment, china, got "mars"'],
  ["environment", "constructor", "must be one of public, usgovernment, china"],
  ["environment", 7, "must be of type string, got one of type number"],
  ["metadataHost", "https://management.azure.com", 'must be a host such as "management.azure.com"'],
  ["metadataHost", "management.azure.com/x", 'must be a host such as "management.azure.com"'],
  ["metadataHost", "management.azure.com@evil.example", 'must be a host such as "management.azure.com"'],
  ["metadataHost", "management.azure.com:0", 'must be a host such as "management.azure.com"'],
  ["metadataHost", 443, "must be of type string, got one of type number"],
];

/** Invalid values for adopted passwords, none of which is shown. */
export const badAdoptions: readonly [property: string, adopt: unknown, said: string][] = [
  ["adopt", "hush", "must be a map, got one of type string"],
  ["adopt", 7, "must be a map, got one of type number"],
  ["adopt", ["hush"], "must be a map, got one of type list"],
  ["adopt.password1", { password1: "" }, "must be the password, a text"],
  ["adopt.password1", { password1: 123456 }, "must be the password, a text"],
  ["adopt.password2", { password2: ["hush"] }, "must be the password, a text"],
  ["adopt.password2", { password2: { value: "hush" } }, "must be the password, a text"],
  ["adopt.password2", { password1: "hush", password2: "hush" }, "is the same as adopt.password1"],
  ["adopt.regenerate", { regenerate: "password3" }, "must be one of password1, password2"],
  ["adopt.regenerate", { regenerate: "" }, "must be one of password1, password2"],
  ["adopt.regenerate", { regenerate: true }, "must be one of password1, password2"],
  ["adopt.regenerate", { password1: "hush", regenerate: "password1" }, "names password1, which is given"],
  ["adopt.password3", { password3: "hush" }, "is not known: there are"],
  ["adopt.constructor", { constructor: "hush" }, "is not known: there are"],
];
