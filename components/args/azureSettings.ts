import { checkHost, show, typeOf } from "./checks";

/** The settings for the identity and the cloud of calls to Azure, by azure-native's names. */
export const textSettings = [
  "clientId",
  "tenantId",
  "clientSecret",
  "clientCertificatePath",
  "clientCertificatePassword",
  "oidcToken",
  "oidcTokenFilePath",
  "oidcRequestUrl",
  "oidcRequestToken",
  "environment",
  "metadataHost",
] as const;

/** The settings that are booleans. */
export const flagSettings = [
  "useOidc",
  "useMsi",
  "useDefaultAzureCredential",
  "disableInstanceDiscovery",
] as const;

/** The clouds that a setting can name. */
export const cloudNames = ["public", "usgovernment", "china"] as const;

/** Settings by name. */
export type AzureSettings = {
  readonly [name in (typeof textSettings)[number]]?: string;
} & { readonly [name in (typeof flagSettings)[number]]?: boolean };

const names: readonly string[] = [...textSettings, ...flagSettings];

/**
 * What is wrong with a setting, without the subject of the sentence; undefined if nothing is. Shows no value
 * that may be a secret.
 */
export function checkSetting(name: string, value: unknown): string | undefined {
  if (!names.includes(name)) {
    return `is no setting: there are ${names.join(", ")}`;
  }
  if (value === undefined || value === null) {
    return undefined;
  }
  const type = isFlag(name) ? "boolean" : "string";
  if (type !== typeof value) {
    return `must be of type ${type}, got one of type ${typeOf(value)}`;
  }
  // An empty setting counts as not given.
  return value === "" ? undefined : (rules as Record<string, Rule | undefined>)[name]?.(String(value));
}

type Rule = (value: string) => string | undefined;

/** The longest name in DNS, in characters. */
const maxDomainLength = 253;

/** Rules beside the type. */
const rules = {
  environment: (value) => {
    const clouds: readonly string[] = cloudNames;
    return clouds.includes(value.toLowerCase())
      ? undefined
      : `must be one of ${clouds.join(", ")}, got ${show(value)}`;
  },
  metadataHost: checkMetadataHost,
  oidcRequestUrl: checkSecureUrl,
  // The tenant becomes a part of an address: "." and ".." would change the path.
  tenantId: (value) =>
    value.length <= maxDomainLength && /^[a-z0-9.-]+$/i.test(value) && /[a-z0-9]/i.test(value)
      ? undefined
      : `must be the id or the domain of a tenant, letters, digits, periods and hyphens, got ${show(value)}`,
} satisfies Partial<Record<keyof AzureSettings, Rule>>;

/** What is wrong with the host of a cloud's metadata service, without the subject of the sentence. */
export function checkMetadataHost(host: string): string | undefined {
  return checkHost(host, "management.azure.com");
}

/** What is wrong with a URL that a secret goes to, without the subject of the sentence. Shows no part of it. */
export function checkSecureUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:"
    ? undefined
    : `must be a URL that begins with https://, got ${url === undefined ? "no URL" : `one that begins with ${show(url.protocol)}`}`;
}

/** Whether a setting is a boolean. */
export function isFlag(name: string): boolean {
  const flags: readonly string[] = flagSettings;
  return flags.includes(name);
}
