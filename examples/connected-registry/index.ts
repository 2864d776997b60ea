import { ConnectedRegistry, Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");
const connectedRegistryName = config.require("connectedRegistryName");
const clusterIp = config.require("clusterIp");
const rotateEveryDays = config.requireNumber("rotateEveryDays");

/** The repositories that the connected registry mirrors. */
const repositories: string[] = config.getObject("repositories") ?? ["hello-world"];

// Connected registries need the tier Premium, and sync through the dedicated data endpoint.
const registry = new Registry("registry", {
  resourceGroupName,
  registryName: config.require("registryName"),
  sku: { name: "Premium" },
  dataEndpointEnabled: true,
});
const inRegistry = { resourceGroupName, registryName: registry.name };
const pull = Object.fromEntries(
  repositories.map((name) => [name, ["content/read" as const, "metadata/read" as const]]),
);

/** The connected registry signs in to the cloud registry with this token. */
const syncToken = new RegistryToken("sync", {
  ...inRegistry,
  tokenName: `${connectedRegistryName}-sync`,
  gateways: { [connectedRegistryName]: ["config/read", "config/write", "message/read", "message/write"] },
  repositories: pull,
  rotateEveryDays,
});

/** Clients sign in to the connected registry, and to the cloud registry, with this token. */
const clientToken = new RegistryToken("client", {
  ...inRegistry,
  tokenName: `${connectedRegistryName}-client`,
  repositories: pull,
  additionalHosts: [clusterIp],
  rotateEveryDays,
});

const connectedRegistry = new ConnectedRegistry("connected-registry", {
  ...inRegistry,
  connectedRegistryName,
  mode: "ReadOnly",
  clientTokenIds: [clientToken.tokenId],
  parent: { syncProperties: { tokenId: syncToken.tokenId, schedule: "* * * * *", messageTtl: "P2D" } },
});

// The same as `az acr connected-registry get-settings` prints, which would regenerate a password for it.
const gateway = connectedRegistry.parent.apply(({ syncProperties }) => syncProperties.gatewayEndpoint);
const connectionString = pulumi.interpolate`ConnectedRegistryName=${connectedRegistryName};SyncTokenName=${syncToken.username};SyncTokenPassword=${syncToken.password};ParentGatewayEndpoint=${gateway};ParentEndpointProtocol=https`;

/** The file for `az k8s-extension create --config-protected-file`, as JSON text: a secret. */
export const protectedSettings = pulumi.jsonStringify({ connectionString });
/** The login of clients at both registries, for a Kubernetes pull secret: a secret. */
export const dockerConfigJson = clientToken.dockerConfigJson;
/** The host of the cloud registry. */
export const loginServer = clientToken.loginServer;
/** The days from which `pulumi up` rotates. After a rotation of `sync` the extension must be updated. */
export const rotatesOn = { sync: syncToken.rotatesOn, client: clientToken.rotatesOn };
