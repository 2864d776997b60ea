/** The Azure resource types of the stand-in. */

import { keyVaultTypes } from "./keyVaultTypes.js";
import type { PropertyType } from "./propertyTypes.js";
import { type ResourceType, resourceGroupName } from "./typeDescription.js";

/** The function that returns the identity and the subscription. */
export const getClientConfig = "azure-native:authorization:getClientConfig";

const registryName = { name: "registryName", minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9]*$/ };
const registryPath =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" +
  "/providers/Microsoft.ContainerRegistry/registries/{registryName}";

export const resourceTypes: ResourceType[] = [
  {
    module: "containerregistry",
    name: "Token",
    apiVersion: "2024-11-01-preview",
    path: `${registryPath}/tokens/{tokenName}`,
    parameters: [
      resourceGroupName,
      registryName,
      { name: "tokenName", minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9-]*$/ },
    ],
    autoName: "copy",
    envelope: {},
    properties: { credentials: "any", scopeMapId: "string", status: "string" },
    readOnly: {
      creationDate: "string",
      name: "string",
      provisioningState: "string",
      systemData: "any",
      type: "string",
    },
    required: [],
  },
  {
    module: "containerregistry",
    name: "ScopeMap",
    apiVersion: "2024-11-01-preview",
    path: `${registryPath}/scopeMaps/{scopeMapName}`,
    parameters: [
      resourceGroupName,
      registryName,
      { name: "scopeMapName", minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9-_]*$/ },
    ],
    autoName: "copy",
    envelope: {},
    properties: { actions: "strings", description: "string" },
    // Azure also has a `type` inside properties. The output is the resource's own `type`.
    readOnly: {
      creationDate: "string",
      name: "string",
      provisioningState: "string",
      systemData: "any",
      type: "string",
    },
    required: ["actions"],
  },
  {
    module: "containerregistry",
    name: "Registry",
    apiVersion: "2023-01-01-preview",
    path: registryPath,
    parameters: [resourceGroupName, registryName],
    autoName: "random",
    envelope: { identity: "any", location: "string", sku: "any", tags: "map" },
    properties: {
      adminUserEnabled: "boolean",
      anonymousPullEnabled: "boolean",
      dataEndpointEnabled: "boolean",
      encryption: "any",
      networkRuleBypassOptions: "string",
      networkRuleSet: "any",
      policies: "any",
      publicNetworkAccess: "string",
      zoneRedundancy: "string",
    },
    readOnly: {
      creationDate: "string",
      dataEndpointHostNames: "strings",
      loginServer: "string",
      name: "string",
      privateEndpointConnections: "any",
      provisioningState: "string",
      status: "any",
      systemData: "any",
      type: "string",
    },
    required: ["location", "sku"],
  },
  {
    module: "containerregistry",
    name: "ConnectedRegistry",
    apiVersion: "2024-11-01-preview",
    path: `${registryPath}/connectedRegistries/{connectedRegistryName}`,
    parameters: [resourceGroupName, registryName, { ...registryName, name: "connectedRegistryName" }],
    autoName: "copy",
    envelope: {},
    properties: {
      clientTokenIds: "strings",
      garbageCollection: "any",
      logging: "any",
      mode: "string",
      notificationsList: "strings",
      parent: {
        properties: {
          id: "string",
          syncProperties: {
            properties: { messageTtl: "string", schedule: "string", syncWindow: "string", tokenId: "string" },
            readOnly: { gatewayEndpoint: "string", lastSyncTime: "string" },
          },
        },
        readOnly: {},
      },
    },
    readOnly: {
      activation: "any",
      connectionState: "string",
      lastActivityTime: "string",
      loginServer: "any",
      name: "string",
      provisioningState: "string",
      statusDetails: "any",
      systemData: "any",
      type: "string",
      version: "string",
    },
    required: ["mode", "parent"],
  },
  ...keyVaultTypes,
  {
    module: "resources",
    name: "ResourceGroup",
    apiVersion: "2024-03-01",
    path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    parameters: [resourceGroupName],
    autoName: "random",
    envelope: { location: "string", managedBy: "string", tags: "map" },
    properties: {},
    readOnly: { name: "string", properties: "any", type: "string" },
    required: ["location"],
    opaqueProperties: true,
  },
];

/**
 * Finds the type of a token such as `azure-native:containerregistry:Token`, or with an API version in the module,
 * `azure-native:containerregistry/v20230701:Token`.
 *
 * @param defaultVersion the default API version of tokens and scope maps, which differs between versions of azure-native
 * @throws Error with the existing types
 */
export function resourceType(token: string, defaultVersion?: string): ResourceType {
  const type = find(token, ({ name }) => name, "resource type");
  const isDefault = [
    "azure-native:containerregistry:ScopeMap",
    "azure-native:containerregistry:Token",
  ].includes(token);
  return isDefault && defaultVersion ? { ...type, apiVersion: defaultVersion } : type;
}

/** Finds the type that a function such as `azure-native:containerregistry:getRegistry` returns. */
export function gotType(token: string): ResourceType {
  return find(token, (type) => `get${type.name}`, "function");
}

function find(token: string, nameOf: (type: ResourceType) => string, what: string): ResourceType {
  const [, module, version, name] = /^azure-native:(\w+)(?:\/v(\w+))?:(\w+)$/.exec(token) ?? [];
  const type = resourceTypes.find((candidate) => candidate.module === module && nameOf(candidate) === name);
  if (!type) {
    const all = resourceTypes.map((candidate) => `${candidate.module}:${nameOf(candidate)}`);
    throw new Error(`This stand-in for azure-native has no ${what} '${token}', only ${all.join(", ")}.`);
  }
  return version ? { ...type, apiVersion: apiVersion(version) } : type;
}

/** `20241101preview` as `2024-11-01-preview`. */
function apiVersion(version: string): string {
  const date = `${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}`;
  return version.length > 8 ? `${date}-${version.slice(8)}` : date;
}

/** The properties that a program may set, except for the path, with their types. */
export function writable(type: ResourceType): Record<string, PropertyType> {
  return { ...type.envelope, ...type.properties };
}
