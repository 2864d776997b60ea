import { checkHost, isMap, typeOf } from "../../common/checks";
import { type SlotName, slotNames } from "../../common/credentialFiles";
import { sameId } from "../../common/resourceIds";
import { BadAnswer } from "./badAnswer";
import type { NewPassword, SlotOnAzure, TokenOnAzure } from "./tokens";

/**
 * What stands in Azure's answers. Nothing in them is taken for granted: a proxy on the way may have written them, with a 200,
 * and a password that the state drops because of one is lost.
 */

type Json = Record<string, unknown>;

/** The token in an answer that shows one, and this one. */
export function readToken(body: unknown, tokenName: string): TokenOnAzure {
  const token = objectIn("the answer", body);
  if (!sameId(textIn("name", token.name), tokenName)) {
    throw new BadAnswer(`it is about ${JSON.stringify(token.name).slice(0, 100)}`);
  }
  return tokenIn(token);
}

/** The tokens in an answer that lists them, with their names. */
export function readTokens(body: unknown): (readonly [string, TokenOnAzure])[] {
  const entries = listIn("value", objectIn("the answer", body).value);
  return entries.map((token) => [textIn("name", token.name), tokenIn(token)]);
}

/** The passwords in an answer that shows those that were just made: picked by name, never by place. */
export function readNewPasswords(body: unknown, slots: readonly SlotName[]): NewPassword[] {
  const entries = listIn("passwords", objectIn("the answer", body).passwords);
  return slots.map((name) => {
    const [made, ...others] = entries.filter((entry) => entry.name === name);
    if (made === undefined || others.length > 0) {
      throw new BadAnswer(`it has ${others.length > 0 ? "more than one" : "no"} ${name}`);
    }
    const { value } = made;
    if (typeof value !== "string" || value === "") {
      throw new BadAnswer(`the value of ${name} is ${kindOf(value)}, and not a password`);
    }
    return { ...slotIn(name, made), value };
  });
}

/** The token in the last response to a write; undefined if it shows none: the end of an operation can have any form. */
export function readWritten(body: unknown, tokenName: string): TokenOnAzure | undefined {
  const answer = optional(body, (some) => objectIn("the answer", some));
  return answer?.properties === undefined ? undefined : readToken(answer, tokenName);
}

/** The login server in an answer that shows a registry. */
export function readLoginServer(body: unknown): string {
  const { loginServer } = objectIn("properties", objectIn("the answer", body).properties);
  const host = textIn("loginServer", loginServer);
  const fault = checkHost(host);
  if (fault !== undefined) {
    throw new BadAnswer(`the loginServer ${fault}`);
  }
  return host;
}

function tokenIn({ properties }: Json): TokenOnAzure {
  const { scopeMapId, status, credentials } = objectIn("properties", properties);
  const passwords = optional(credentials, (some) => objectIn("credentials", some).passwords);
  return {
    scopeMapId: textIn("scopeMapId", scopeMapId),
    status: textIn("status", status),
    slots: optional(passwords, slotsIn) ?? [],
  };
}

function slotsIn(passwords: unknown): SlotOnAzure[] {
  const entries = listIn("passwords", passwords);
  return slotNames.flatMap((name) => {
    const mine = entries.filter((entry) => entry.name === name);
    if (mine.length > 1) {
      throw new BadAnswer(`it has more than one ${name}`);
    }
    // One that was never made has no time.
    return mine.flatMap((entry) => (isNothing(entry.creationTime) ? [] : [slotIn(name, entry)]));
  });
}

function slotIn(name: SlotName, { creationTime, expiry }: Json): SlotOnAzure {
  const end = optional(expiry, (some) => dateIn(`expiry of ${name}`, some));
  return { name, creationTime: dateIn(`creationTime of ${name}`, creationTime), ...(end && { expiry: end }) };
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** What there is in the place of something, without showing it. */
function kindOf(value: unknown): string {
  if (isNothing(value)) {
    return "missing";
  }
  return value === "" ? "empty" : `of type ${typeOf(value)}`;
}

function optional<T>(value: unknown, read: (some: unknown) => T): T | undefined {
  return isNothing(value) ? undefined : read(value);
}

function objectIn(what: string, value: unknown): Json {
  if (!isMap(value)) {
    throw new BadAnswer(`${what} is ${kindOf(value)}, and not an object`);
  }
  return value;
}

function listIn(what: string, value: unknown): Json[] {
  if (!Array.isArray(value)) {
    throw new BadAnswer(`${what} is ${kindOf(value)}, and not a list`);
  }
  return value.map((entry) => objectIn(`an entry of ${what}`, entry));
}

function textIn(what: string, value: unknown): string {
  if (typeof value !== "string" || value === "") {
    throw new BadAnswer(`the ${what} is ${kindOf(value)}, and not a text`);
  }
  return value;
}

function dateIn(what: string, value: unknown): Date {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    throw new BadAnswer(`the ${what} is no date`);
  }
  return date;
}
