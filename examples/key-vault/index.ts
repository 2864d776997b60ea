import { getClientConfigOutput } from "@pulumi/azure-native/authorization";
import { Vault } from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "pulumi-acr-token";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");

const vault = new Vault("registry", {
  resourceGroupName,
  properties: {
    tenantId: getClientConfigOutput().tenantId,
    sku: { family: "A", name: "standard" },
    // Roles such as Key Vault Secrets User say who reads secrets, and not the vault's access policies.
    enableRbacAuthorization: true,
    accessPolicies: [],
  },
});

/** The password is in the vault alone: neither in the state nor in an output or a log of Pulumi. */
const token = new RegistryToken("token", {
  resourceGroupName,
  registryName: config.require("registryName"),
  tokenName: config.require("tokenName"),
  repositories: config.getObject("repositories") ?? { "azureiotedge-agent": ["content/read"] },
  keyVault: { vaultUri: vault.properties.apply(({ vaultUri }) => vaultUri ?? "") },
  rotateEveryDays: config.requireNumber("rotateEveryDays"),
  expirationInDays: config.requireNumber("expirationInDays"),
});

/** The address of the current password, whichever that is: clients read this. */
export const secretUri = token.passwordSecretId;
/** The address of the password that is current now. */
export const secretUriWithVersion = token.passwordSecretVersionId;
/** The scope of the role that a client needs to read the secret. */
export const vaultId = vault.id;
/** The host to log in to, and the username. */
export const { loginServer, username } = token;
/** When the password stops working, which is the secret's expiry too. */
export const expiry = token.expiry;
/** The day from which `pulumi up` rotates the password. */
export const rotatesOn = token.rotatesOn;
