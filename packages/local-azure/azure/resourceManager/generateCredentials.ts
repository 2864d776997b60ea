import { parseTime } from "../clock.js";
import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import { type PasswordName, passwordNames, type Registry, type Token } from "../state.js";
import { type JsonObject, readBody, textMember } from "./body.js";
import { type Context, findChild, findRegistry, registriesPath } from "./context.js";
import { badRequest } from "./errors.js";
import { success } from "./operations.js";
import { makePassword, readExpiry, readPasswordName } from "./passwords.js";
import { checkIdle, describePasswords } from "./tokens.js";

/** The route of registries/{registry}/generateCredentials. */
export function routeGenerateCredentials(router: Router, context: Context): void {
  router.on("POST", `${registriesPath}/{registry}/generateCredentials`, (request, parameters) =>
    generateCredentials(context, request, parameters),
  );
}

function generateCredentials(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const body = readBody(request);
  const token = readToken(registry, body);
  const name = textMember(body, "name");
  const names = name === undefined ? passwordNames : [readPasswordName(name)];
  const { expiry } = context.policies.apply("passwords", token.id, {
    expiry: readFutureExpiry(context, body),
  });
  checkIdle(token);

  const isLong = context.generateCredentialsStatus === 202;
  const ending = isLong ? context.operations.endingOf(request) : success;
  const values = ending.isDone ? generate(context, token, names, expiry) : {};
  const result = { status: 200, body: describeCredentials(token, values) };
  if (!isLong) {
    return result;
  }
  token.generatesCredentials = true;
  return context.operations.start(request, {
    resource: registry.id,
    kind: "registries",
    form: "location",
    first: { status: 202 },
    runningState: "Updating",
    ending,
    result,
    end: () => {
      token.generatesCredentials = false;
    },
  });
}

type Values = Partial<Record<PasswordName, string>>;

function generate(
  context: Context,
  token: Token,
  names: readonly PasswordName[],
  expiry: string | null,
): Values {
  const values: Values = {};
  for (const name of names) {
    const { password, value } = makePassword(name, expiry, context.clock);
    token.passwords = { ...token.passwords, [name]: password };
    values[name] = value;
  }
  return values;
}

/** Every password of the token, with a value only for the newly generated passwords. */
function describeCredentials(token: Token, values: Values): object {
  return {
    username: token.name,
    passwords: describePasswords(token).map((password) => ({ ...password, value: values[password.name] })),
  };
}

function readToken(registry: Registry, body: JsonObject): Token {
  const id = textMember(body, "tokenId");
  const prefix = `${registry.id}/tokens/`;
  if (!id?.toLowerCase().startsWith(prefix.toLowerCase())) {
    throw badRequest(
      "InvalidTokenId",
      `The token id '${id}' is invalid: it must be that of a token of this registry, ${prefix}<name>.`,
    );
  }
  return findChild(registry.tokens, id.slice(prefix.length));
}

function readFutureExpiry({ clock }: Context, body: JsonObject): string | null {
  const expiry = readExpiry(body);
  const time = parseTime(expiry);
  if (time !== undefined && time <= clock.now()) {
    throw badRequest(
      "InvalidTokenPasswordExpiry",
      `The expiry '${expiry}' is invalid: it must lie in the future.`,
    );
  }
  return expiry;
}
