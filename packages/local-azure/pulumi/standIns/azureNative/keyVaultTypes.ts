import { type ResourceType, resourceGroupName } from "./typeDescription.js";

const vaultName = { name: "vaultName", minLength: 0, maxLength: Infinity, pattern: /^[a-zA-Z0-9-]{3,24}$/ };
const vaultPath =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" +
  "/providers/Microsoft.KeyVault/vaults/{vaultName}";

/** Vaults and their secrets. */
export const keyVaultTypes: ResourceType[] = [
  {
    module: "keyvault",
    name: "Vault",
    apiVersion: "2024-11-01",
    path: vaultPath,
    parameters: [resourceGroupName, vaultName],
    autoName: "random",
    envelope: {
      location: "string",
      properties: {
        properties: {
          accessPolicies: "any",
          createMode: "string",
          enablePurgeProtection: "boolean",
          enableRbacAuthorization: "boolean",
          enableSoftDelete: "boolean",
          enabledForDeployment: "boolean",
          enabledForDiskEncryption: "boolean",
          enabledForTemplateDeployment: "boolean",
          networkAcls: "any",
          publicNetworkAccess: "string",
          sku: "any",
          softDeleteRetentionInDays: "integer",
          tenantId: "string",
        },
        readOnly: {
          hsmPoolResourceId: "string",
          privateEndpointConnections: "any",
          provisioningState: "string",
          vaultUri: "string",
        },
      },
      tags: "map",
    },
    properties: {},
    readOnly: { name: "string", systemData: "any", type: "string" },
    required: ["location", "properties"],
    opaqueProperties: true,
  },
  {
    module: "keyvault",
    name: "Secret",
    apiVersion: "2024-11-01",
    path: `${vaultPath}/secrets/{secretName}`,
    parameters: [
      resourceGroupName,
      vaultName,
      { name: "secretName", minLength: 0, maxLength: Infinity, pattern: /^[a-zA-Z0-9-]{1,127}$/ },
    ],
    autoName: "copy",
    envelope: {
      properties: {
        properties: {
          attributes: {
            properties: { enabled: "boolean", expires: "integer", notBefore: "integer" },
            readOnly: { created: "integer", updated: "integer" },
            inAzure: { expires: "exp", notBefore: "nbf" },
          },
          contentType: "string",
          value: "string",
        },
        readOnly: { secretUri: "string", secretUriWithVersion: "string" },
      },
      tags: "map",
    },
    properties: {},
    readOnly: { location: "string", name: "string", type: "string" },
    required: ["properties"],
    opaqueProperties: true,
    deletedInVault: true,
  },
];
