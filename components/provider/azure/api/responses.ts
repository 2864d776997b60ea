import { checkHost } from "../../../args/checks";
import { type SlotName, slotNames } from "../../../args/credentialFiles";
import { sameId } from "../../../args/resourceIds";
import { InvalidResponseError } from "../http/errors";
import { isNothing, type Json, kindOf, listIn, objectIn, optional, textIn } from "../http/json";

/**
 * Reads Azure's responses. Every property is checked: a proxy can answer with a 200, and a password that the state drops because
 * of such a response is lost.
 */

/** A password slot as Azure shows it, without the value of the password. */
export interface SlotOnAzure {
  readonly name: SlotName;
  readonly creationTime: Date;
  readonly expiry?: Date;
}

/** A token as Azure shows it. */
export interface TokenOnAzure {
  /** In Azure's letter case; undefined if the response does not show it. */
  readonly id?: string;
  readonly scopeMapId: string;
  readonly status: string;
  readonly slots: readonly SlotOnAzure[];
}

/** A password that Azure has just generated, with its value, which no later response shows. */
export interface NewPassword extends SlotOnAzure {
  readonly value: string;
}

/** Reads a token. @throws InvalidResponseError if the response shows another token */
export function readToken(body: unknown, tokenName: string): TokenOnAzure {
  const token = objectIn("the body", body);
  if (!sameId(textIn("name", token.name), tokenName)) {
    throw new InvalidResponseError(`it is about token ${JSON.stringify(token.name).slice(0, 100)}`);
  }
  return tokenIn(token);
}

/** Reads a page of a list of tokens, with their names. */
export function readTokens(body: unknown): (readonly [string, TokenOnAzure])[] {
  const entries = listIn("value", objectIn("the body", body).value);
  return entries.map((token) => [textIn("name", token.name), tokenIn(token)]);
}

/** Reads the generated passwords of these slots. Picks them by name: the response lists every slot, in any order. */
export function readNewPasswords(body: unknown, slots: readonly SlotName[]): NewPassword[] {
  const entries = listIn("passwords", objectIn("the body", body).passwords);
  return slots.map((name) => {
    const [made, ...others] = entries.filter((entry) => entry.name === name);
    if (made === undefined || others.length > 0) {
      throw new InvalidResponseError(`it has ${others.length > 0 ? "more than one" : "no"} ${name}`);
    }
    const { value } = made;
    if (typeof value !== "string" || value === "") {
      throw new InvalidResponseError(`the value of ${name} is ${kindOf(value)}, not a password`);
    }
    return { ...slotIn(name, made), value };
  });
}

/** Reads the token in the last response to a write; undefined if it shows none: an operation can end with any body. */
export function readWritten(body: unknown, tokenName: string): TokenOnAzure | undefined {
  const token = optional(body, (some) => objectIn("the body", some));
  return token?.properties === undefined ? undefined : readToken(token, tokenName);
}

/** Reads the login server of a registry. */
export function readLoginServer(body: unknown): string {
  const { loginServer } = objectIn("properties", objectIn("the body", body).properties);
  const host = textIn("loginServer", loginServer);
  const failure = checkHost(host);
  if (failure !== undefined) {
    throw new InvalidResponseError(`the loginServer ${failure}`);
  }
  return host;
}

function tokenIn({ id, properties }: Json): TokenOnAzure {
  const { scopeMapId, status, credentials } = objectIn("properties", properties);
  const passwords = optional(credentials, (some) => objectIn("credentials", some).passwords);
  return {
    ...(typeof id === "string" && { id }),
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
      throw new InvalidResponseError(`it has more than one ${name}`);
    }
    // A slot without a creation time never had a password.
    return mine.flatMap((entry) => (isNothing(entry.creationTime) ? [] : [slotIn(name, entry)]));
  });
}

function slotIn(name: SlotName, { creationTime, expiry }: Json): SlotOnAzure {
  const end = optional(expiry, (some) => dateIn(`expiry of ${name}`, some));
  return { name, creationTime: dateIn(`creationTime of ${name}`, creationTime), ...(end && { expiry: end }) };
}

function dateIn(what: string, value: unknown): Date {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    throw new InvalidResponseError(`the ${what} is not a date`);
  }
  return date;
}
