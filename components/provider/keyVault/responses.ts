import { isMap, typeOf } from "../../args/checks";
import { InvalidResponseError } from "../azure/http/errors";

/** A version of a secret without its value. */
export interface SecretVersion {
  /** Its address: `https://myvault.vault.azure.net/secrets/mysecret/<version>`. */
  readonly id: string;
  readonly isEnabled: boolean;
  /** When it was written, in seconds since 1970. */
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
}

/*
 * What a vault's responses hold. Nothing in them is taken for granted: a proxy on the way may have written them. No error
 * shows a part of a response: it may be a password.
 */

/** The version in a response that shows one. */
export function readVersion(body: unknown): SecretVersion {
  const { id, attributes, tags = {} } = objectIn("the response", body);
  const { enabled, created } = objectIn("attributes", attributes);
  if (typeof id !== "string" || typeof created !== "number") {
    throw new InvalidResponseError(
      `it has an id of type ${typeOf(id)} and a creation time of type ${typeOf(created)}`,
    );
  }
  const texts = Object.entries(objectIn("tags", tags)).filter(
    (tag): tag is [string, string] => typeof tag[1] === "string",
  );
  return { id, isEnabled: enabled !== false, created, tags: Object.fromEntries(texts) };
}

/** The versions on a page of a list, and the address of the next page. */
export function readVersions(body: unknown): { found: SecretVersion[]; next: string | undefined } {
  const { value, nextLink } = objectIn("the response", body);
  if (!Array.isArray(value)) {
    throw new InvalidResponseError(`its value is of type ${typeOf(value)} and not a list`);
  }
  return {
    found: value.map(readVersion),
    next: typeof nextLink === "string" && nextLink !== "" ? nextLink : undefined,
  };
}

/** The version in a response that shows one with its value. */
export function readVersionWithValue(body: unknown): SecretVersion & { readonly value: string } {
  const { value } = objectIn("the response", body);
  if (typeof value !== "string" || value === "") {
    throw new InvalidResponseError(`its value is of type ${typeOf(value)} and not a password`);
  }
  return { ...readVersion(body), value };
}

function objectIn(what: string, value: unknown): Record<string, unknown> {
  if (!isMap(value)) {
    throw new InvalidResponseError(`${what} is of type ${typeOf(value)} and not an object`);
  }
  return value;
}
