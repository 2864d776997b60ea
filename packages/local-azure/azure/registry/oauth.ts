import { basicAuthorization, type Request, type Response } from "../http.js";
import { type Access, parseScope } from "./access.js";
import { issueAccessToken, issueRefreshToken, type SignedIn } from "./accessTokens.js";
import type { RegistryContext } from "./context.js";
import { badRequest, unauthorized } from "./errors.js";
import { signIn, signInByAuthority, signInByRefreshToken } from "./signIn.js";

/** GET /oauth2/token with Basic authorization, the request of Docker's clients. */
export function getToken(context: RegistryContext, request: Request): Response {
  const credentials = basicAuthorization(request);
  if (credentials === undefined) {
    throw unauthorized();
  }
  const { username, password } = credentials;
  return answerToken(context, signIn(context, username, password), request.url.searchParams);
}

/** POST /oauth2/token with a form of grant_type=password, or of grant_type=refresh_token. */
export function postToken(context: RegistryContext, request: Request): Response {
  const form = readForm(request);
  const grantType = form.get("grant_type");
  if (grantType !== "password" && grantType !== "refresh_token") {
    throw badRequest(`grant_type '${grantType}' is not supported: it must be password or refresh_token`);
  }
  const signedIn =
    grantType === "password"
      ? signIn(context, form.get("username") ?? "", form.get("password") ?? "")
      : signInByRefreshToken(context, form.get("refresh_token") ?? "");
  return answerToken(context, signedIn, form);
}

/** POST /oauth2/exchange with a form of grant_type=access_token: the sign-in host's access token for a refresh token. */
export function exchange(context: RegistryContext, request: Request): Response {
  const form = readForm(request);
  const grantType = form.get("grant_type");
  if (grantType !== "access_token") {
    throw badRequest(`grant_type '${grantType}' is not supported: it must be access_token`);
  }
  const { principal } = signInByAuthority(context, form.get("access_token") ?? "", form.get("tenant"));
  checkService(context, form.get("service") ?? "");
  return { status: 200, body: { refresh_token: issueRefreshToken(context, principal) } };
}

function answerToken(context: RegistryContext, signedIn: SignedIn, query: URLSearchParams): Response {
  const { loginServer } = context.registry;
  checkService(context, query.get("service") ?? loginServer);
  return { status: 200, body: { access_token: issueAccessToken(context, signedIn, readScopes(query)) } };
}

function checkService({ registry }: RegistryContext, service: string): void {
  if (service !== registry.loginServer) {
    throw badRequest(`service '${service}' is not this registry, ${registry.loginServer}`);
  }
}

function readForm(request: Request): URLSearchParams {
  return new URLSearchParams(request.body.toString("utf8"));
}

/** Clients send scopes as several parameters, or as one parameter with spaces. */
function readScopes(query: URLSearchParams): Access[] {
  return query
    .getAll("scope")
    .flatMap((scopes) => scopes.split(" "))
    .filter((scope) => scope !== "")
    .map((scope) => {
      const access = parseScope(scope);
      if (access === undefined) {
        throw badRequest(`scope '${scope}' is invalid: it must be <type>:<name>:<actions>`);
      }
      return access;
    });
}
