import type { Request } from "../http.js";
import {
  flagMember,
  integerMember,
  type JsonObject,
  objectMember,
  readBody,
  textMember,
  textsMember,
} from "../resourceManager/body.js";
import type { SecretContent } from "../state.js";
import { VaultError } from "./errors.js";
import { maxValueBytes } from "./secrets.js";

/** The content in the body of a PUT to the data plane. */
export function readNewContent(request: Request, name: string): SecretContent {
  if (!/^[a-zA-Z0-9-]{1,127}$/.test(name)) {
    throw invalid(`The request URI contains an invalid name: ${name}`);
  }
  const body = readBody(request);
  const value = textMember(body, "value");
  if (value === undefined) {
    throw invalid("Property value is required.");
  }
  if (Buffer.byteLength(value) > maxValueBytes) {
    throw invalid("Secret value is too long.");
  }
  const defaults = { contentType: undefined, notBefore: undefined, expires: undefined };
  return { ...defaults, enabled: true, tags: {}, ...membersOf(body), value };
}

/** The members in the body of a PATCH: the others keep their values. */
export function readChanges(request: Request): Partial<SecretContent> {
  return membersOf(readBody(request));
}

function membersOf(body: JsonObject): Partial<Omit<SecretContent, "value">> {
  const attributes = objectMember(body, "attributes") ?? {};
  const tags = textsMember(body, "tags");
  if (Object.keys(tags ?? {}).length > 15) {
    throw invalid("A secret has at most 15 tags.");
  }
  if (Object.entries(tags ?? {}).some((tag) => tag.some((text) => text.length > 256))) {
    throw invalid("The name and the value of a tag have at most 256 characters.");
  }
  const members = {
    contentType: textMember(body, "contentType"),
    enabled: flagMember(attributes, "enabled"),
    notBefore: integerMember(attributes, "nbf"),
    expires: integerMember(attributes, "exp"),
    tags,
  };
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

function invalid(message: string): VaultError {
  return new VaultError(400, "BadParameter", message);
}
