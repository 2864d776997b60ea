import { show } from "./checks";

/** The settings that say with which identity, and in which cloud, to call Azure. The names are azure-native's. */
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

/** Those of them that are a yes or a no. */
export const flagSettings = [
  "useOidc",
  "useMsi",
  "useDefaultAzureCredential",
  "disableInstanceDiscovery",
] as const;

/** What else azure-native's provider can be given. It is taken, so that one set of settings serves both, and ignored. */
export const ignoredSettings = [
  "auxiliaryTenantIds",
  "disablePulumiPartnerId",
  "location",
  "msiEndpoint",
  "partnerId",
  "subscriptionId",
] as const;

/** The clouds that a setting can name. */
export const cloudNames = ["public", "usgovernment", "china"] as const;

/** The settings in force. */
export type AzureSettings = {
  readonly [name in (typeof textSettings)[number]]?: string;
} & { readonly [name in (typeof flagSettings)[number]]?: boolean };

const names: readonly string[] = [...textSettings, ...flagSettings];

/**
 * What is wrong with a setting, as a sentence without its subject, or undefined where nothing is. It shows no value that
 * may be a secret.
 */
export function checkSetting(name: string, value: unknown): string | undefined {
  if (isIgnored(name)) {
    return undefined;
  }
  if (!names.includes(name)) {
    return `is no setting: there are ${names.join(", ")}`;
  }
  if (value === undefined || value === null) {
    return undefined;
  }
  const type = isFlag(name) ? "boolean" : "string";
  if (type !== typeof value) {
    return `must be of type ${type}, got one of type ${typeof value}`;
  }
  const clouds: readonly string[] = cloudNames;
  return name === "environment" && !clouds.includes(String(value).toLowerCase())
    ? `must be one of ${clouds.join(", ")}, got ${show(value)}`
    : undefined;
}

/** Whether a setting is a yes or a no. */
export function isFlag(name: string): boolean {
  const flags: readonly string[] = flagSettings;
  return flags.includes(name);
}

/** Whether a setting of azure-native's does not matter here. */
export function isIgnored(name: string): boolean {
  const ignored: readonly string[] = ignoredSettings;
  return ignored.includes(name);
}
