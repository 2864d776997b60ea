/** The types of properties, and what becomes of an object between Pulumi and Azure. */
import { isObject, type Properties, type PropertyValue, unknown } from "provider-server";

export type PropertyType = "string" | "boolean" | "integer" | "strings" | "map" | "any" | ObjectType;

/** An object of which only some properties can be set. */
export interface ObjectType {
  /** What a program may set. */
  properties: Record<string, PropertyType>;
  /** What only Azure sets. */
  readOnly: Record<string, PropertyType>;
  /** Azure's names, where azure-native has others: `{ expires: "exp" }`. */
  inAzure?: Record<string, string>;
}

/** A value as Azure wants it. */
export function toAzure(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties, inAzure = {} }, object) =>
    entriesOf(properties, object, toAzure).map(([name, inner]) => [inAzure[name] ?? name, inner]),
  );
}

/** Azure's value as a program sees it. */
export function fromAzure(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties, readOnly, inAzure = {} }, object) => {
    const names = Object.entries(inAzure).map(([name, azures]) => [azures, name]);
    const renamed = Object.fromEntries(names);
    const named = Object.entries(object).map(([name, inner]) => [renamed[name] ?? name, inner]);
    return entriesOf({ ...properties, ...readOnly }, Object.fromEntries(named), fromAzure);
  });
}

/** What of a value a program may set. */
export function settable(type: PropertyType, value: PropertyValue): PropertyValue {
  return rebuilt(type, value, ({ properties }, object) => entriesOf(properties, object, settable));
}

/** The value to expect of an input, as far as a preview can tell: what Azure may add is unknown. */
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

/** The properties of an object that have a value, each as its type wants it. */
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
