import type { Request } from "../http.js";
import { badRequest } from "./errors.js";

export type JsonObject = { readonly [name: string]: unknown };

/** The body of a request, which must be one JSON object. */
export function readBody(request: Request): JsonObject {
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    if (isObject(value)) {
      return value;
    }
  } catch {
    // Not JSON: refused below.
  }
  throw badRequest(
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized: a JSON object is needed.",
  );
}

/** A member that is an object; undefined if it is missing or null. */
export function objectMember(parent: JsonObject, name: string): JsonObject | undefined {
  return member(parent, name, "an object", isObject);
}

/** A member that is a string; undefined if it is missing or null. */
export function textMember(parent: JsonObject, name: string): string | undefined {
  return member(parent, name, "a string", (value) => typeof value === "string");
}

/** A member that is a boolean; undefined if it is missing or null. */
export function flagMember(parent: JsonObject, name: string): boolean | undefined {
  return member(parent, name, "a boolean", (value) => typeof value === "boolean");
}

/** A member that is an integer; undefined if it is missing or null. */
export function integerMember(parent: JsonObject, name: string): number | undefined {
  return member(parent, name, "an integer", (value): value is number => Number.isInteger(value));
}

/** A member that is an array; undefined if it is missing or null. */
export function arrayMember(parent: JsonObject, name: string): readonly unknown[] | undefined {
  return member(parent, name, "an array", Array.isArray);
}

/** A member that is an object of strings, such as tags; undefined if it is missing or null. */
export function textsMember(parent: JsonObject, name: string): Record<string, string> | undefined {
  return member(
    parent,
    name,
    "an object of strings",
    (value): value is Record<string, string> =>
      isObject(value) && Object.values(value).every((text) => typeof text === "string"),
  );
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member<Type>(
  parent: JsonObject,
  name: string,
  what: string,
  fits: (value: unknown) => value is Type,
): Type | undefined {
  const value = parent[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!fits(value)) {
    throw badRequest("InvalidRequestContent", `The request content was invalid: '${name}' must be ${what}.`);
  }
  return value;
}
