import type { LocalAzure } from "local-azure";
import { type Arm, group, type HttpAnswer, http, signIn } from "./support.js";

/** The path of a vault, or of a resource in it. */
export function vaultPath({ connection }: LocalAzure, below = "", name = "myvault"): string {
  return `/subscriptions/${connection.subscriptionId}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${name}${below}`;
}

/** The body of a PUT of a vault. */
export function vaultBody({ connection }: LocalAzure, properties: object = {}, rest: object = {}): object {
  return {
    location: "westeurope",
    properties: {
      tenantId: connection.tenantId,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      ...properties,
    },
    ...rest,
  };
}

/** Creates a vault or changes its properties, and returns the address of its data plane. */
export async function makeVault(
  azure: LocalAzure,
  request: Arm,
  properties?: object,
  name?: string,
): Promise<string> {
  const { body } = await request("PUT", vaultPath(azure, "", name), vaultBody(azure, properties));
  return body.properties.vaultUri;
}

/** Requests to a vault's own endpoint, signed in. */
export type VaultSender = (method: string, path: string, body?: object) => Promise<HttpAnswer>;

/** @param principal default: the first */
export async function vaultSender(
  azure: LocalAzure,
  uri: string,
  principal?: { clientId: string; clientSecret: string },
): Promise<VaultSender> {
  const token = await signIn(azure, "https://vault.azure.net", principal);
  return (method, path, body) =>
    http(azure.connection, `${uri}${path}?api-version=7.4`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      body,
    });
}
