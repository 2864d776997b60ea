import type { TokenCredential } from "@azure/identity";
import type { Cloud } from "./cloud";
import { type AzureSettings, environmentVariables } from "./settings";

/**
 * The identity that the settings name: a service principal where a client secret is given, else that of `az login`.
 * azure-native chooses in the same order.
 *
 * @throws Error where a client secret comes without its client or tenant
 */
export async function findCredential(settings: AzureSettings, cloud: Cloud): Promise<TokenCredential> {
  const identity = await import("@azure/identity");
  const { clientId, clientSecret, tenantId } = settings;
  if (clientSecret === undefined) {
    return new identity.AzureCliCredential({ tenantId });
  }
  const missing = (["clientId", "tenantId"] as const).filter((name) => settings[name] === undefined);
  if (clientId === undefined || tenantId === undefined) {
    throw new Error(
      `a client secret for Azure is set, but not the ${missing.map(nameOf).join(" and the ")}: set both beside it, or none to use az login`,
    );
  }
  return new identity.ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: cloud.authority,
    disableInstanceDiscovery: cloud.isOwn,
  });
}

/** What was looked for, and found or not, for the error of a sign-in that failed. Never shows a secret. */
export function lookedFor(settings: AzureSettings): string {
  const found = (["clientId", "clientSecret", "tenantId"] as const).map(
    (name) => `${nameOf(name)} is ${settings[name] === undefined ? "not set" : "set"}`,
  );
  return settings.clientSecret === undefined
    ? `${found.join(", ")}; so it was left to az login`
    : found.join(", ");
}

function nameOf(name: keyof AzureSettings): string {
  return `${name} (azure-native:${name} or ${environmentVariables[name]})`;
}
