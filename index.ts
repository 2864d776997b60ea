import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

// The defaults are those of Azure's walk-through for IoT Edge, "Create a client token for access to the cloud registry".
const walkThrough = {
  tokenName: "crimagepulltoken",
  scopeMapName: "connected-registry-pull",
  scopeMapDescription: "Connected registry repo pull scope map",
  repositories: {
    "acr/connected-registry": ["content/read"],
    "azureiotedge-api-proxy": ["content/read"],
    "azureiotedge-agent": ["content/read"],
    "azureiotedge-hub": ["content/read"],
  },
} as const;

const config = new pulumi.Config();

const token = new RegistryToken("registry-token", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  tokenName: config.get("tokenName") ?? walkThrough.tokenName,
  scopeMapName: config.get("scopeMapName") ?? walkThrough.scopeMapName,
  scopeMapDescription: config.get("scopeMapDescription") ?? walkThrough.scopeMapDescription,
  repositories: config.getObject("repositories") ?? walkThrough.repositories,
  expirationInDays: config.getNumber("expirationInDays"),
  rotateEveryDays: config.getNumber("rotateEveryDays"),
});

/** The name to log in with. */
export const username = token.username;
/** The password to use now. */
export const password = token.password;
/** Both passwords, in the shape in which `az acr token create` prints them. */
export const credentials = token.credentials;
/** For `registryCredentials` in the settings of `$edgeAgent` in an IoT Edge deployment manifest. */
export const registryCredentials = token.edgeRegistryCredentials;
