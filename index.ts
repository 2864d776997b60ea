import { RegistryToken, type RepositoryAction } from "pulumi-acr-token";
import { readJson, readNumber, required, setting } from "./settings";

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

const token = new RegistryToken("registry-token", {
  resourceGroupName: required("resourceGroupName"),
  registryName: required("registryName"),
  tokenName: setting("tokenName") ?? walkThrough.tokenName,
  scopeMapName: setting("scopeMapName") ?? walkThrough.scopeMapName,
  scopeMapDescription: setting("scopeMapDescription") ?? walkThrough.scopeMapDescription,
  repositories: readJson<Record<string, RepositoryAction[]>>("repositories") ?? walkThrough.repositories,
  expirationInDays: readNumber("expirationInDays"),
  rotateEveryDays: readNumber("rotateEveryDays"),
});

/** The name to log in with. */
export const username = token.username;
/** The password to use now. */
export const password = token.password;
/** Both passwords, in the shape in which `az acr token create` prints them. */
export const credentials = token.credentials;
/** For `registryCredentials` in the settings of `$edgeAgent` in an IoT Edge deployment manifest. */
export const registryCredentials = token.edgeRegistryCredentials;
