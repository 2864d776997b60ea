import { createHash, randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { type Clock, normalizeTime, parseTime } from "../clock.js";
import { type Password, type PasswordName, passwordNames, type Token } from "../state.js";
import { arrayMember, isObject, type JsonObject, textMember } from "./body.js";
import { badRequest } from "./errors.js";

/** Makes a password that looks as Azure's do: 52 characters of base64. Its value is known here and nowhere else. */
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

/** Random passwords of 39 bytes need no salt and no slow hash. */
export function hashPassword(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}

/**
 * What is left of a token's passwords once a body's `credentials` have been applied; undefined where it has none.
 *
 * The list names the slots to keep: by name, and by creationTime where it is given, so that a password that was made in
 * the meantime is not kept by mistake. Whether Azure keeps the expiry of a slot that is named without one is unknown;
 * here it is lost, so that a client that does not send it notices. A `value` is read-only and changes nothing. A slot that
 * holds no password cannot get one this way (azure-powershell 22104).
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

/** The name of a slot. */
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

/** The expiry in a body, as Azure gives it back; null where there is none. */
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

/** To the millisecond: clients whose dates know no more send them back so. */
function sameTime(one: string, other: string): boolean {
  return parseTime(one)?.getTime() === parseTime(other)?.getTime();
}
