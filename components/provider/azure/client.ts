import type { AzureSettings } from "../../common/azureSettings";
import { findCloud } from "./cloud";
import { findCredential } from "./credential";
import { isWithin } from "./hosts";
import { outlastingPolicy } from "./outlast";
import { ownHostsPolicy } from "./ownHosts";

/** Loads Azure's SDK. */
const loadSdk = () => import("@azure/arm-containerregistry");

/** The SDK's client of one subscription, with one identity. */
export type ManagementClient = InstanceType<
  Awaited<ReturnType<typeof loadSdk>>["ContainerRegistryManagementClient"]
>;

const clients = new Map<string, Promise<ManagementClient>>();

/**
 * The SDK's client, one for each identity and subscription, so that a sign-in serves more than one call. The SDK is loaded
 * with the first one.
 */
export function managementClient(
  settings: AzureSettings,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<ManagementClient> {
  const key = JSON.stringify([settings, subscriptionId]);
  let client = clients.get(key);
  if (client === undefined) {
    client = newManagementClient(settings, subscriptionId, signal);
    clients.set(key, client);
    client.catch(() => clients.delete(key));
  }
  return client;
}

async function newManagementClient(
  settings: AzureSettings,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<ManagementClient> {
  const cloud = await findCloud(settings, signal);
  const credential = await findCredential(settings, cloud);
  const sdk = await loadSdk();
  const client = new sdk.ContainerRegistryManagementClient(credential, subscriptionId, {
    endpoint: cloud.resourceManager,
    userAgentOptions: { userAgentPrefix: "pulumi-acr-token" },
  });
  // The SDK's own retries ignore conflicts, 429 without Retry-After, and any limit in time.
  client.pipeline.removePolicy({ name: "defaultRetryPolicy" });
  client.pipeline.addPolicy(outlastingPolicy(), { phase: "Retry" });
  // An answer may lead anywhere. On its own host the SDK would go there, and without the access token.
  client.pipeline.removePolicy({ name: "redirectPolicy" });
  const { host } = new URL(cloud.resourceManager);
  client.pipeline.addPolicy(
    ownHostsPolicy(host, (other) => isWithin(other, host)),
    { beforePolicies: ["bearerTokenAuthenticationPolicy"] },
  );
  return client;
}
