import type { AzureSettings } from "../../args/azureSettings";
import { findCloud } from "../azure/auth/cloud";
import { findCredential } from "../azure/auth/credential";
import { readBody } from "../azure/http/body";
import { newConnection, type ServiceRequest, sendRequest } from "../azure/http/connection";
import { isWithin } from "../azure/http/hosts";
import type { RetryBudget } from "../azure/http/retryBudget";

/** A request to a vault's data plane. */
export interface VaultRequest extends Omit<ServiceRequest, "url"> {
  /** Below the vault's address, `secrets/mysecret`, or a whole address that the vault has named. */
  readonly path: string;
}

/**
 * Sends a request and returns the JSON body of the response; undefined if it has none.
 *
 * @throws AzureError if the vault refuses the request, InvalidResponseError for a response that is not Key Vault's
 */
export type VaultClient = (request: VaultRequest, budget: RetryBudget) => Promise<unknown>;

/** The version of the REST API: the newest one that is in each of Azure's clouds. */
const apiVersion = "7.4";

const clients = new Map<string, Promise<VaultClient>>();

/**
 * The client of one vault with one identity. Azure's libraries are loaded with the first client.
 *
 * @param settings the identity
 * @param vaultUri the vault's address, with a slash at the end
 */
export function vaultClient(
  settings: AzureSettings,
  vaultUri: string,
  signal: AbortSignal,
): Promise<VaultClient> {
  const key = JSON.stringify([settings, vaultUri]);
  let client = clients.get(key);
  if (client === undefined) {
    client = newClient(settings, vaultUri, signal);
    clients.set(key, client);
    client.catch(() => clients.delete(key));
  }
  return client;
}

async function newClient(
  settings: AzureSettings,
  vaultUri: string,
  signal: AbortSignal,
): Promise<VaultClient> {
  const cloud = await findCloud(settings, signal);
  const { host, hostname } = new URL(vaultUri);
  const domain = cloud.keyVaultDomain;
  if (domain === undefined || !isWithin(hostname, domain)) {
    const allowed =
      domain === undefined ? "this cloud names no domain for key vaults" : `it must be below ${domain}`;
    throw new Error(
      `${host} is not the host of a key vault of this cloud: ${allowed}, and nothing is sent to other hosts: correct keyVault.vaultUri, or check azure-native:environment and azure-native:metadataHost`,
    );
  }
  const credential = await findCredential(settings, cloud);
  const connection = await newConnection(
    credential,
    vaultUri,
    `https://${domain}/.default`,
    (other) => other === host,
  );
  return async ({ method, path, body }, budget) => {
    const url = new URL(path, vaultUri);
    url.searchParams.set("api-version", apiVersion);
    const response = await sendRequest(connection, budget, { method, url: url.href, body });
    return readBody(response, (json) => json);
  };
}
