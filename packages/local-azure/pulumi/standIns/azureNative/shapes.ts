/** Converts between Pulumi's flat properties and Azure's paths and JSON. */
import { isObject, type Properties, type PropertyValue } from "provider-server";
import { entriesOf, expected, fromAzure, type PropertyType, settable, toAzure } from "./propertyTypes.js";
import { writable } from "./resourceTypes.js";
import type { ResourceType } from "./typeDescription.js";

/** The ARM id of a resource with these inputs. */
export function idOf(type: ResourceType, subscriptionId: string, inputs: Properties): string {
  return type.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscriptionId" ? subscriptionId : inputs[name];
    if (typeof value !== "string" || value === "") {
      throw new Error(`${type.name} needs '${name}' as a string, not ${JSON.stringify(value)}.`);
    }
    return encodeURIComponent(value);
  });
}

/** The path's parameters in an ARM id. The case of Azure's ids varies. */
export function parametersOf(type: ResourceType, id: string): Properties {
  const pattern = type.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${pattern}$`, "i").exec(id);
  if (!found?.groups) {
    throw new Error(`The id of a ${type.name} must have the form ${type.path}, but it is '${id}'.`);
  }
  const { subscriptionId: _, ...parameters } = found.groups;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

/** The body of a PUT with these inputs. */
export function bodyOf(type: ResourceType, inputs: Properties): Properties {
  const body = convert(type.envelope, inputs, toAzure);
  return type.opaqueProperties ? body : { ...body, properties: convert(type.properties, inputs, toAzure) };
}

/** The outputs in Azure's response: `properties` is flattened, and the values next to it take precedence. */
export function outputsOf(type: ResourceType, response: Properties): Properties {
  const inner = isObject(response.properties) ? (response.properties as Properties) : {};
  const flat = type.opaqueProperties ? response : { ...inner, ...response };
  const outputs = convert({ id: "string", ...writable(type), ...type.readOnly }, flat, fromAzure);
  return withoutNulls({ ...outputs, azureApiVersion: type.apiVersion });
}

/** Removes nulls at any depth. */
function withoutNulls<T extends PropertyValue>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(withoutNulls) as T;
  }
  if (!isObject(value)) {
    return value;
  }
  const kept = Object.entries(value as Properties).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutNulls(inner)])) as T;
}

/** The inputs of an imported resource, from its id and Azure's response, without empty values. */
export function importedInputs(type: ResourceType, id: string, outputs: Properties): Properties {
  const found = Object.entries(inputsIn(type, outputs)).map(([name, value]) => [name, withoutEmpty(value)]);
  return { ...parametersOf(type, id), ...Object.fromEntries(found.filter(([, value]) => !isEmpty(value))) };
}

function withoutEmpty(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty);
  }
  if (!isObject(value)) {
    return value;
  }
  const kept = Object.entries(value as Properties).map(
    ([name, inner]) => [name, withoutEmpty(inner)] as const,
  );
  return Object.fromEntries(kept.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The expected outputs in a preview. */
export function expectedOutputs(type: ResourceType, inputs: Properties): Properties {
  const outputs = Object.entries({ ...writable(type), ...type.readOnly }).map(([name, inner]) => [
    name,
    expected(inner, inputs[name]),
  ]);
  return { ...Object.fromEntries(outputs), azureApiVersion: type.apiVersion };
}

/** The outputs that can be inputs. */
export function inputsIn(type: ResourceType, outputs: Properties): Properties {
  return convert(writable(type), outputs, settable);
}

function convert(
  types: Record<string, PropertyType>,
  properties: Properties,
  change: (type: PropertyType, value: PropertyValue) => PropertyValue,
): Properties {
  return Object.fromEntries(entriesOf(types, properties, change));
}
