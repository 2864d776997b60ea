import type { Identity } from "./identity.js";

/** The addresses and the credentials of a local Azure. */
export interface Connection {
  /** Address of the resource manager, such as https://127.0.0.1:40001. */
  resourceManager: string;
  /** Address of the sign-in host, such as https://127.0.0.1:40002. */
  authority: string;
  /** Host and port of the cloud's metadata, without a scheme: the value for ARM_METADATA_HOSTNAME. */
  metadataHost: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** A federated token that signs in instead of the secret: the value for ARM_OIDC_TOKEN. */
  oidcToken: string;
  subscriptionId: string;
  /** A second service principal in the same tenant, with its own subscription. */
  other: Identity & { subscriptionId: string };
  /** PEM file to trust: this Azure's certificate, and the extra certificates that the parent process trusts. */
  caFile: string;
  /** Login servers are host:port. */
  registries: { name: string; resourceGroup: string; subscriptionId: string; loginServer: string }[];
}

/** Environment variables that point Azure's and Pulumi's clients at this Azure, as the first principal. */
export function environmentFor(connection: Connection): Record<string, string> {
  const noProxy = [process.env.NO_PROXY ?? process.env.no_proxy, "127.0.0.1", "localhost"]
    .filter(Boolean)
    .join(",");
  return {
    ARM_CLIENT_ID: connection.clientId,
    ARM_CLIENT_SECRET: connection.clientSecret,
    ARM_TENANT_ID: connection.tenantId,
    ARM_SUBSCRIPTION_ID: connection.subscriptionId,
    // azure-native then ignores ARM_ENVIRONMENT. ARM_METADATA_HOST is the older name.
    ARM_METADATA_HOSTNAME: connection.metadataHost,
    ARM_METADATA_HOST: connection.metadataHost,
    // Microsoft's list of known sign-in hosts does not contain this host.
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    NODE_EXTRA_CA_CERTS: connection.caFile,
    SSL_CERT_FILE: connection.caFile,
    REQUESTS_CA_BUNDLE: connection.caFile,
    // Without it Azure's clients send requests to loopback through a proxy.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}
