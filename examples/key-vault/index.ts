import { getClientConfigOutput } from "@pulumi/azure-native/authorization";
import { Secret, Vault } from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");

const token = new RegistryToken("token", {
  resourceGroupName,
  registryName: config.require("registryName"),
  tokenName: config.require("tokenName"),
  repositories: config.getObject("repositories") ?? { "azureiotedge-agent": ["content/read"] },
  rotateEveryDays: config.requireNumber("rotateEveryDays"),
  expirationInDays: config.requireNumber("expirationInDays"),
});

const vault = new Vault("registry", {
  resourceGroupName,
  properties: {
    tenantId: getClientConfigOutput().tenantId,
    sku: { family: "A", name: "standard" },
    // Who reads secrets is said by roles, such as Key Vault Secrets User, and not by the vault.
    enableRbacAuthorization: true,
    accessPolicies: [],
  },
});

/** Each change of it is a new version: a rotation makes one, and an `up` without one does not. */
const secret = new Secret(
  "password",
  {
    resourceGroupName,
    vaultName: vault.name,
    secretName: pulumi.interpolate`${token.username}-password`,
    properties: {
      value: token.password,
      contentType: "password of a container registry's token",
      attributes: { expires: token.expiry.apply(epochSeconds) },
    },
    tags: { username: token.username, loginServer: token.loginServer },
  },
  // Secrets can only be deleted with a role of the vault's own. This one goes with the vault.
  { deletedWith: vault },
);

/** The time as Key Vault counts it, in seconds since 1970, and by which it sends its events. Null: never. */
function epochSeconds(time: string | undefined): number | undefined {
  return time ? Math.floor(Date.parse(time) / 1000) : undefined;
}

/** Where the current password is, whichever that is: what a client asks. */
export const secretUri = secret.properties.apply((properties) => properties.secretUri);
/** Where the password is that is the current one now. */
export const secretUriWithVersion = secret.properties.apply((properties) => properties.secretUriWithVersion);
/** The scope of the role that whoever reads it needs. */
export const vaultId = vault.id;
/** The host to log in to, and the name to log in with. */
export const { loginServer, username } = token;
/** When the password stops working, which the secret has as its expiry. */
export const expiry = token.expiry;
/** The day from which `pulumi up` makes the next one. */
export const rotatesOn = token.rotatesOn;
