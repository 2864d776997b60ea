import type { Identity } from "./identity.js";

/** Where a local Azure is and how to get in. */
export interface Connection {
  /** Address of the resource manager, such as https://127.0.0.1:40001. */
  resourceManager: string;
  /** Address of the sign-in host, such as https://127.0.0.1:40002. */
  authority: string;
  /** Host and port of the cloud's metadata, without a scheme, as ARM_METADATA_HOSTNAME takes it. */
  metadataHost: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** A federated token that signs in instead of the secret, as ARM_OIDC_TOKEN. */
  oidcToken: string;
  subscriptionId: string;
  /** A second service principal in the same tenant, and a second subscription, which is its own. */
  other: Identity & { subscriptionId: string };
  /** PEM file to trust: this Azure's certificate, and everything that the parent process trusts beyond the system's. */
  caFile: string;
  /** Login servers are host:port. */
  registries: { name: string; resourceGroup: string; subscriptionId: string; loginServer: string }[];
}

/** What a process must have in its environment for Azure's and Pulumi's clients to come here, as the first principal. */
export function environmentFor(connection: Connection): Record<string, string> {
  const noProxy = [process.env.NO_PROXY ?? process.env.no_proxy, "127.0.0.1", "localhost"]
    .filter(Boolean)
    .join(",");
  return {
    ARM_CLIENT_ID: connection.clientId,
    ARM_CLIENT_SECRET: connection.clientSecret,
    ARM_TENANT_ID: connection.tenantId,
    ARM_SUBSCRIPTION_ID: connection.subscriptionId,
    // Enough for azure-native, which does not look at ARM_ENVIRONMENT then; ARM_METADATA_HOST is its older name.
    ARM_METADATA_HOSTNAME: connection.metadataHost,
    ARM_METADATA_HOST: connection.metadataHost,
    // Microsoft's list of known sign-in hosts does not have ours.
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    NODE_EXTRA_CA_CERTS: connection.caFile,
    SSL_CERT_FILE: connection.caFile,
    REQUESTS_CA_BUNDLE: connection.caFile,
    // Azure's clients send even loopback through a proxy, unless told.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}
