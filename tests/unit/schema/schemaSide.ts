/** What schema.json says. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type EnumValue, type Properties, plain } from "./property";

export const folder = resolve("components");

export interface SchemaProperty {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: SchemaProperty;
  readonly additionalProperties?: SchemaProperty;
  readonly description?: string;
  readonly secret?: boolean;
  readonly default?: unknown;
}

interface SchemaEnum {
  readonly type: "string";
  readonly description: string;
  readonly enum: { name: string; value: string; description: string }[];
}

interface SchemaType {
  readonly type?: "object";
  readonly description: string;
  readonly properties: Record<string, SchemaProperty>;
  readonly required?: string[];
}

interface SchemaResource extends SchemaType {
  readonly isComponent?: boolean;
  readonly inputProperties: Record<string, SchemaProperty>;
  readonly requiredInputs: string[];
}

export const schema: {
  version: string;
  language: Record<string, Record<string, unknown>>;
  types: Record<string, SchemaType | SchemaEnum>;
  resources: Record<string, SchemaResource>;
} = JSON.parse(readFileSync(join(folder, "schema.json"), "utf8"));

const all = Object.entries(withoutPackage(schema.types));

/** The types', enumerations' and resources' names without the package's. */
export const types = Object.fromEntries(
  all.filter((one): one is [string, SchemaType] => !("enum" in one[1])),
);
export const enums = Object.fromEntries(all.filter((one): one is [string, SchemaEnum] => "enum" in one[1]));
export const resources = withoutPackage(schema.resources);

function withoutPackage<T>(all: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([token, item]) => [token.split(":").pop(), item]));
}

function schemaType({ type, $ref, items, additionalProperties }: SchemaProperty): string {
  if ($ref !== undefined) {
    return $ref.replace(/^#\/types\/acr-token:index:/, "");
  }
  if (type === "array") {
    return `${items && schemaType(items)}[]`;
  }
  if (type === "object") {
    return `Record<string, ${additionalProperties && schemaType(additionalProperties)}>`;
  }
  return type === "integer" ? "number" : String(type);
}

export function inSchema(
  properties: Record<string, SchemaProperty>,
  required: readonly string[] = [],
): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      {
        type: schemaType(property),
        isRequired: required.includes(name),
        text: plain(property.description ?? ""),
      },
    ]),
  );
}

export function enumInSchema(name: string): EnumValue[] {
  return (enums[name]?.enum ?? []).map(({ name, value, description }) => ({
    name,
    value,
    text: plain(description),
  }));
}
