/** Reads parts of JSON responses. No error shows a part of a response: it may be a password. */
import { isMap, typeOf } from "../../../args/checks";
import { InvalidResponseError } from "./errors";

export type Json = Record<string, unknown>;

export function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Describes a value without showing it. */
export function kindOf(value: unknown): string {
  if (isNothing(value)) {
    return "missing";
  }
  return value === "" ? "empty" : `of type ${typeOf(value)}`;
}

export function optional<T>(value: unknown, read: (some: unknown) => T): T | undefined {
  return isNothing(value) ? undefined : read(value);
}

export function objectIn(what: string, value: unknown): Json {
  if (!isMap(value)) {
    throw new InvalidResponseError(`${what} is ${kindOf(value)}, not an object`);
  }
  return value;
}

export function listIn(what: string, value: unknown): Json[] {
  if (!Array.isArray(value)) {
    throw new InvalidResponseError(`${what} is ${kindOf(value)}, not a list`);
  }
  return value.map((entry) => objectIn(`an entry of ${what}`, entry));
}

export function textIn(what: string, value: unknown): string {
  if (typeof value !== "string" || value === "") {
    throw new InvalidResponseError(`the ${what} is ${kindOf(value)}, not a string`);
  }
  return value;
}

/** The address of the next page of a list; undefined on the last page. */
export function nextLinkIn(body: unknown): string | undefined {
  const { nextLink } = isMap(body) ? body : {};
  return typeof nextLink === "string" && nextLink !== "" ? nextLink : undefined;
}
