/** Converts between plain objects and protobuf structs. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject, type Properties } from "./values.js";

type Json = Parameters<typeof Struct.fromJavaScript>[0];

/** A protobuf struct of these properties. Omits undefined properties, as JSON does. */
export function toStruct(properties: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(withoutUndefined(properties) as Json);
}

/** The properties in a protobuf struct; empty without a struct. */
export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((inner) => withoutUndefined(inner ?? null));
  }
  if (isObject(value)) {
    const present = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(present.map(([name, inner]) => [name, withoutUndefined(inner)]));
  }
  return value;
}
