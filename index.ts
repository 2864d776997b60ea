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
};

const config = new pulumi.Config();

// Its types leave it out.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/** A setting; one that was set with --secret is a secret here too, and in no error. */
function setting(key: string): pulumi.Input<string> | undefined {
  return isConfigSecret(`${config.name}:${key}`) ? config.getSecret(key) : config.get(key);
}

/** A setting that is no text; where it cannot be read as one, the text itself, of which RegistryToken says what is wrong. */
function read<T>(key: string, parse: (text: string) => T): pulumi.Input<T> | undefined {
  const parsed = (text: string) => {
    try {
      return parse(text);
    } catch {
      return text as T;
    }
  };
  const text = setting(key);
  return typeof text === "string" ? parsed(text) : text && pulumi.output(text).apply(parsed as never);
}

/** Pulumi's own getNumber takes "1,000" for 1. */
function toNumber(text: string): number {
  if (text.trim() === "" || Number.isNaN(Number(text))) {
    throw new Error("no number");
  }
  return Number(text);
}

const token = new RegistryToken("registry-token", {
  resourceGroupName: setting("resourceGroupName") ?? config.require("resourceGroupName"),
  registryName: setting("registryName") ?? config.require("registryName"),
  tokenName: setting("tokenName") ?? walkThrough.tokenName,
  scopeMapName: setting("scopeMapName") ?? walkThrough.scopeMapName,
  scopeMapDescription: setting("scopeMapDescription") ?? walkThrough.scopeMapDescription,
  repositories: read<Record<string, string[]>>("repositories", JSON.parse) ?? walkThrough.repositories,
  expirationInDays: read("expirationInDays", toNumber),
  rotateEveryDays: read("rotateEveryDays", toNumber),
});

/** The name to log in with. */
export const username = token.username;
/** The password to use now. */
export const password = token.password;
/** Both passwords, in the shape in which `az acr token create` prints them. */
export const credentials = token.credentials;
/** For `registryCredentials` in the settings of `$edgeAgent` in an IoT Edge deployment manifest. */
export const registryCredentials = token.edgeRegistryCredentials;
