/** The types of properties, and their conversion between Pulumi and Azure. */
import { isObject, type Properties, type PropertyValue, unknown } from "provider-server";

export type PropertyType = "string" | "boolean" | "integer" | "strings" | "map" | "any" | ObjectType;

/** An object with read-only properties. */
export interface ObjectType {
  /** The properties that a program may set. */
  properties: Record<string, PropertyType>;
  /** The properties that only Azure sets. */
  readOnly: Record<string, PropertyType>;
  /** Azure's names of properties that have another name in azure-native: `{ expires: "exp" }`. */
  inAzure?: Record<string, string>;
}

/** A value in Azure's form. */
export function toAzure(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties, inAzure = {} }, object) =>
    entriesOf(properties, object, toAzure).map(([name, inner]) => [inAzure[name] ?? name, inner]),
  );
}

/** Azure's value in the program's form. */
export function fromAzure(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties, readOnly, inAzure = {} }, object) => {
    const names = Object.entries(inAzure).map(([name, azures]) => [azures, name]);
    const renamed = Object.fromEntries(names);
    const named = Object.entries(object).map(([name, inner]) => [renamed[name] ?? name, inner]);
    return entriesOf({ ...properties, ...readOnly }, Object.fromEntries(named), fromAzure);
  });
}

/** The part of a value that a program may set. */
export function settable(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties }, object) => entriesOf(properties, object, settable));
}

/** The expected output of an input in a preview: read-only properties are unknown. */
export function expected(type: PropertyType, value: PropertyValue | undefined): PropertyValue {
  return rebuilt(type, value ?? unknown, ({ properties, readOnly }, object) =>
    Object.entries({ ...properties, ...readOnly }).map(([name, inner]) => [
      name,
      expected(inner, object[name]),
    ]),
  );
}

function rebuilt(
  type: PropertyType,
  value: PropertyValue,
  rebuild: (type: ObjectType, object: Properties) => [string, PropertyValue][],
): PropertyValue {
  return typeof type === "object" && isObject(value)
    ? Object.fromEntries(rebuild(type, value as Properties))
    : value;
}

/** The properties of an object that have a value, each converted by its type. */
export function entriesOf(
  types: Record<string, PropertyType>,
  object: Properties,
  convert: (type: PropertyType, value: PropertyValue) => PropertyValue,
): [string, PropertyValue][] {
  return Object.entries(types).flatMap(([name, type]): [string, PropertyValue][] => {
    const value = object[name] ?? undefined;
    return value === undefined ? [] : [[name, convert(type, value)]];
  });
}
