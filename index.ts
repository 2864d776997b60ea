import * as pulumi from "@pulumi/pulumi";
import { RegistryToken, type RepositoryAction } from "pulumi-acr-token";

const config = new pulumi.Config();

// The defaults are those of "Create a client token for access to the cloud registry" in Azure's IoT Edge documentation.
const token = new RegistryToken("registry-token", {
  resourceGroupName: config.require("resourceGroupName"),
  registryName: config.require("registryName"),
  tokenName: config.get("tokenName") ?? "crimagepulltoken",
  scopeMapName: config.get("scopeMapName") ?? "connected-registry-pull",
  scopeMapDescription: config.get("scopeMapDescription") ?? "Connected registry repo pull scope map",
  repositories: config.getObject<Record<string, RepositoryAction[]>>("repositories") ?? {
    "acr/connected-registry": ["content/read"],
    "azureiotedge-api-proxy": ["content/read"],
    "azureiotedge-agent": ["content/read"],
    "azureiotedge-hub": ["content/read"],
  },
  // getNumber would read "1,000" as 1.
  expirationInDays: config.getObject<number>("expirationInDays"),
  rotateEveryDays: config.getObject<number>("rotateEveryDays"),
});

/** The name to log in with. */
export const username = token.username;
/** The password to use now: a secret. */
export const password = token.password;
/** Both passwords, in the shape that `az acr token create` prints: a secret. */
export const credentials = token.credentials;
/** The value of `registryCredentials` in the `$edgeAgent` settings of an IoT Edge deployment manifest: a secret. */
export const registryCredentials = token.edgeRegistryCredentials;
