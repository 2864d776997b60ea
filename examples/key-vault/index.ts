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
    // Roles such as Key Vault Secrets User decide who reads secrets, not the vault's access policies.
    enableRbacAuthorization: true,
    accessPolicies: [],
  },
});

/** A rotation adds a version; an `up` without a rotation adds none. */
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
  // Deleting a secret needs a role of the vault. This secret is deleted with the vault.
  { deletedWith: vault },
);

/** The time in seconds since 1970, as Key Vault has it. Undefined: never. */
function epochSeconds(time: string | undefined): number | undefined {
  return time ? Math.floor(Date.parse(time) / 1000) : undefined;
}

/** The address of the current password, which never changes: clients read it. */
export const secretUri = secret.properties.apply((properties) => properties.secretUri);
/** The address of the version that is current now. */
export const secretUriWithVersion = secret.properties.apply((properties) => properties.secretUriWithVersion);
/** The scope of the role that a client needs. */
export const vaultId = vault.id;
/** The host to log in to, and the name to log in with. */
export const { loginServer, username } = token;
/** When the password expires, and the secret with it. */
export const expiry = token.expiry;
/** The first day on which `pulumi up` rotates. */
export const rotatesOn = token.rotatesOn;
