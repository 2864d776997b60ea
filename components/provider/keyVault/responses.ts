import { InvalidResponseError } from "../azure/http/errors";
import { kindOf, listIn, nextLinkIn, objectIn, textIn } from "../azure/http/json";

/**
 * Reads a vault's responses. Nothing in them is taken for granted: a proxy on the way may have written them.
 */

/** A version of a secret without its value. */
export interface SecretVersion {
  /** Its address: `https://myvault.vault.azure.net/secrets/mysecret/<version>`. */
  readonly id: string;
  readonly isEnabled: boolean;
  /** When it was written, in seconds since 1970. */
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The version in a response that shows one. */
export function readVersion(body: unknown): SecretVersion {
  const { id, attributes, tags } = objectIn("the body", body);
  const { enabled, created } = objectIn("attributes", attributes);
  if (typeof created !== "number") {
    throw new InvalidResponseError(`the creation time is ${kindOf(created)}, not a number`);
  }
  const texts = Object.entries(objectIn("tags", tags ?? {})).filter(
    (tag): tag is [string, string] => typeof tag[1] === "string",
  );
  return { id: textIn("id", id), isEnabled: enabled !== false, created, tags: Object.fromEntries(texts) };
}

/** The versions on a page of a list, and the address of the next page. */
export interface Page {
  readonly found: readonly SecretVersion[];
  readonly next: string | undefined;
}

export function readVersions(body: unknown): Page {
  const { value } = objectIn("the body", body);
  return {
    found: listIn("value", value).map(readVersion),
    next: nextLinkIn(body),
  };
}

/** The value in a response that shows a version with its value. */
export function readValue(body: unknown): string {
  return textIn("value", objectIn("the body", body).value);
}
