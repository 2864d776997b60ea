import { ConnectedRegistry, Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";
import { deploymentManifest, type Images } from "./manifest";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");
const connectedRegistryName = config.require("connectedRegistryName");
const mode = config.require<Mode>("mode", { allowedValues: ["ReadOnly", "ReadWrite"] });
const rotateEveryDays = config.requireNumber("rotateEveryDays");

/** The repositories of the images that the device runs, each with its tag. */
const images: Images = config.getObject("images") ?? {
  "acr/connected-registry": "0.8.0",
  "azureiotedge-api-proxy": "1.1",
  "azureiotedge-agent": "1.5",
  "azureiotedge-hub": "1.5",
};

type Mode = "ReadOnly" | "ReadWrite";

/** The actions of a sync token on each repository, as `az acr connected-registry create` grants them. */
const syncAccess = {
  ReadOnly: toEach("content/read", "metadata/read"),
  ReadWrite: toEach("content/read", "content/write", "content/delete", "metadata/read", "metadata/write"),
};

function toEach<Action extends string>(...actions: Action[]): Record<string, Action[]> {
  return Object.fromEntries(Object.keys(images).map((repository) => [repository, actions]));
}

// Connected registries need the tier Premium, and sync through the dedicated data endpoint.
const registry = new Registry("registry", {
  resourceGroupName,
  registryName: config.require("registryName"),
  sku: { name: "Premium" },
  dataEndpointEnabled: true,
});
const inRegistry = { resourceGroupName, registryName: registry.name };

/** The connected registry signs in to the cloud registry with this token: to its gateway and the mirrored repositories. */
const syncToken = new RegistryToken("sync", {
  ...inRegistry,
  tokenName: `${connectedRegistryName}-sync`,
  gateways: { [connectedRegistryName]: ["config/read", "config/write", "message/read", "message/write"] },
  repositories: syncAccess[mode],
  rotateEveryDays,
});

const connectedRegistry = new ConnectedRegistry("connected-registry", {
  ...inRegistry,
  connectedRegistryName,
  mode,
  parent: { syncProperties: { tokenId: syncToken.tokenId, schedule: "* * * * *", messageTtl: "P2D" } },
});

/** The IoT Edge agent pulls the images of its modules with this token. */
const clientToken = new RegistryToken("client", {
  ...inRegistry,
  tokenName: "crimagepulltoken",
  scopeMapName: "connected-registry-pull",
  scopeMapDescription: "Connected registry repo pull scope map",
  repositories: toEach("content/read"),
  rotateEveryDays,
});

// In the form that `az acr connected-registry install renew-credentials` prints, which would regenerate a password.
const gateway = connectedRegistry.parent.apply(({ syncProperties }) => syncProperties.gatewayEndpoint);
const connectionString = pulumi.interpolate`ConnectedRegistryName=${connectedRegistryName};SyncTokenName=${syncToken.username};SyncTokenPassword=${syncToken.password};ParentGatewayEndpoint=${gateway};ParentEndpointProtocol=https`;

/** The input of `az iot edge set-modules --content`, as JSON: a secret, because it has the passwords of both tokens. */
export const manifest = pulumi
  .all([clientToken.loginServer, clientToken.edgeRegistryCredentials, connectionString])
  .apply(([loginServer, registryCredentials, connection]) =>
    JSON.stringify(deploymentManifest(images, loginServer, registryCredentials, connection), undefined, 2),
  );
/** The host of the cloud registry. */
export const loginServer = clientToken.loginServer;
/** The first days on which `pulumi up` rotates the passwords. Deploy the manifest again after a rotation. */
export const rotatesOn = { sync: syncToken.rotatesOn, client: clientToken.rotatesOn };
