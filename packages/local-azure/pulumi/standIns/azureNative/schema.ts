/** The part of azure-native's schema that a YAML program needs. */
import type { PropertyType } from "./propertyTypes.js";
import { getClientConfig, resourceTypes, writable } from "./resourceTypes.js";
import type { ResourceType } from "./typeDescription.js";

const types = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  integer: { type: "integer" },
  strings: { type: "array", items: { type: "string" } },
  map: { type: "object", additionalProperties: { type: "string" } },
  any: { $ref: "pulumi.json#/Any" },
} satisfies Record<Exclude<PropertyType, object>, object>;

export function azureNativeSchema(version: string): object {
  return {
    name: "azure-native",
    version,
    provider: { inputProperties: providerInputs },
    config: { variables: providerInputs },
    resources: Object.fromEntries(
      resourceTypes.map((type) => [`azure-native:${type.module}:${type.name}`, resourceSchema(type)]),
    ),
    functions: {
      ...Object.fromEntries(
        resourceTypes.map((type) => [`azure-native:${type.module}:get${type.name}`, functionSchema(type)]),
      ),
      [getClientConfig]: {
        outputs: {
          properties: strings(["clientId", "objectId", "subscriptionId", "tenantId"]),
          required: ["clientId", "objectId", "subscriptionId", "tenantId"],
        },
      },
    },
  };
}

const providerInputs = {
  clientId: { type: "string", secret: true },
  clientSecret: { type: "string", secret: true },
  environment: types.string,
  location: types.string,
  metadataHost: types.string,
  subscriptionId: types.string,
  tenantId: types.string,
};

function resourceSchema(type: ResourceType) {
  const defaulted = type.parameters.at(-1)?.name;
  const path = type.parameters.map(({ name }) => name);
  return {
    inputProperties: { ...typed(writable(type)), ...strings(path) },
    // azure-native adds the last name of the path, and the location.
    requiredInputs: [...path, ...type.required].filter((name) => name !== defaulted && name !== "location"),
    properties: outputs(type),
    required: [...Object.keys(type.readOnly), ...type.required, "azureApiVersion"],
  };
}

function functionSchema(type: ResourceType) {
  const path = type.parameters.map(({ name }) => name);
  return {
    inputs: { properties: strings(path), required: path },
    outputs: { properties: { ...outputs(type), id: types.string }, required: ["id"] },
  };
}

function outputs(type: ResourceType) {
  return { ...typed({ ...writable(type), ...type.readOnly }), azureApiVersion: types.string };
}

function typed(properties: Record<string, PropertyType>) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, type]) => [
      name,
      typeof type === "object" ? types.any : types[type],
    ]),
  );
}

function strings(names: string[]) {
  return Object.fromEntries(names.map((name) => [name, types.string]));
}
