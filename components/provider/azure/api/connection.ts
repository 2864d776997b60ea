import type { AzureSettings } from "../../../args/azureSettings";
import { findCloud } from "../auth/cloud";
import { findCredential } from "../auth/credential";
import { type Connection, newConnection } from "../http/connection";
import { isWithin } from "../http/hosts";

const connections = new Map<string, Promise<Connection>>();

/**
 * The connection to the resource manager, one for each identity and subscription: Azure counts requests by these.
 *
 * @param signal cancels the request for the cloud's metadata
 */
export function connect(
  settings: AzureSettings,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<Connection> {
  const key = JSON.stringify([settings, subscriptionId]);
  let connection = connections.get(key);
  if (connection === undefined) {
    connection = connectTo(settings, signal);
    connections.set(key, connection);
    connection.catch(() => connections.delete(key));
  }
  return connection;
}

async function connectTo(settings: AzureSettings, signal: AbortSignal): Promise<Connection> {
  const cloud = await findCloud(settings, signal);
  const credential = await findCredential(settings, cloud);
  const { resourceManager } = cloud;
  const { host } = new URL(resourceManager);
  return newConnection(credential, resourceManager, `${resourceManager}/.default`, (other) =>
    isWithin(other, host),
  );
}
