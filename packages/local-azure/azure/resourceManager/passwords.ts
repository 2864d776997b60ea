import { createHash, randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { type Clock, normalizeTime, parseTime } from "../clock.js";
import { type Password, type PasswordName, passwordNames, type Token } from "../state.js";
import { arrayMember, isObject, type JsonObject, textMember } from "./body.js";
import { badRequest } from "./errors.js";

/** Generates a password in Azure's form, 52 characters of base64. Only the caller gets its value. */
export function makePassword(
  name: PasswordName,
  expiry: string | null,
  clock: Clock,
): { password: Password; value: string } {
  const value = randomBytes(39).toString("base64");
  const password = {
    name,
    creationTime: clock.stamp(),
    expiry,
    hash: hashPassword(value),
    createdAtMs: performance.now(),
  };
  return { password, value };
}

/** Hashes a password. Random passwords of 39 bytes need neither a salt nor a slow hash. */
export function hashPassword(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}

/**
 * A token's passwords after a body's `credentials` are applied; undefined for a body without credentials.
 *
 * The list names the slots to keep: by name, and by creationTime if the list gives it, so that a password that was
 * generated in the meantime is dropped. It is unknown whether Azure keeps the expiry of a slot that is listed without an
 * expiry. Here the expiry is removed, so that a client that omits it notices. A `value` is read-only and has no effect. A
 * slot without a password cannot get a password this way (azure-powershell 22104).
 */
export function keptPasswords(
  passwords: Token["passwords"],
  credentials: JsonObject | undefined,
): Token["passwords"] | undefined {
  const list = credentials && arrayMember(credentials, "passwords");
  if (list === undefined) {
    return undefined;
  }
  const kept: Token["passwords"] = {};
  for (const entry of list) {
    if (!isObject(entry)) {
      throw badRequest("InvalidRequestContent", "Every entry of 'credentials.passwords' must be an object.");
    }
    const name = readPasswordName(textMember(entry, "name"));
    const password = passwords[name];
    if (password === undefined) {
      throw badRequest(
        "InvalidTokenPassword",
        `The token has no ${name}: a password cannot be added, only generated. For more information visit https://aka.ms/acr/repo-permissions.`,
      );
    }
    const creationTime = textMember(entry, "creationTime");
    if (creationTime === undefined || sameTime(creationTime, password.creationTime)) {
      kept[name] = { ...password, expiry: readExpiry(entry) };
    }
  }
  return kept;
}

/** Checks the name of a slot. */
export function readPasswordName(name: string | undefined): PasswordName {
  const known = passwordNames.find((candidate) => candidate === name);
  if (known === undefined) {
    throw badRequest(
      "InvalidTokenPasswordName",
      `The password name '${name}' is invalid: it must be ${passwordNames.join(" or ")}.`,
    );
  }
  return known;
}

/** The expiry in a body, as Azure returns it; null without an expiry. */
export function readExpiry(body: JsonObject): string | null {
  const expiry = textMember(body, "expiry");
  if (expiry === undefined) {
    return null;
  }
  if (parseTime(expiry) === undefined) {
    throw badRequest(
      "InvalidTokenPasswordExpiry",
      `The expiry '${expiry}' is invalid: it must be an RFC 3339 date and time such as 2030-01-31T00:00:00Z.`,
    );
  }
  return normalizeTime(expiry);
}

/** Compares by milliseconds: some clients' dates have no finer digits. */
function sameTime(one: string, other: string): boolean {
  return parseTime(one)?.getTime() === parseTime(other)?.getTime();
}
