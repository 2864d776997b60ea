import { randomUUID } from "node:crypto";
import { authorization, type Request } from "../http.js";
import { type Access, actionsIn } from "./access.js";
import type { Principal, RegistryContext } from "./context.js";
import { denied, unauthorized } from "./errors.js";
import { allowedActions } from "./scopes.js";

// As Azure's: long enough for a big push.
const accessTokenLifetime = 75 * 60;

// As Azure was recorded: three hours and a quarter.
const refreshTokenLifetime = 195 * 60;

/** Who somebody has proved to be. */
export interface SignedIn {
  readonly principal: Principal;
  /** What they may do at most, regardless of what the principal may: what an access token was issued for. None: no such limit. */
  readonly limit?: readonly Access[];
}

/** An access token with what is allowed of the wanted access: the rest is left out, without an error. */
export function issueAccessToken(
  context: RegistryContext,
  signedIn: SignedIn,
  wanted: readonly Access[],
): string {
  const access = wanted
    .map((each) => ({ ...each, actions: allowedNow(context, signedIn, each) }))
    .filter(({ actions }) => actions.length > 0);
  return issue(context, signedIn.principal, accessTokenLifetime, { grant_type: "access_token", access });
}

/** A refresh token: for as long as it lives, its holder gets access tokens for it. */
export function issueRefreshToken(context: RegistryContext, principal: Principal): string {
  return issue(context, principal, refreshTokenLifetime, { grant_type: "refresh_token" });
}

function issue(
  { clock, registry, signer }: RegistryContext,
  principal: Principal,
  lifetime: number,
  claims: object,
): string {
  const now = Math.floor(clock.now().getTime() / 1000);
  return signer.sign({
    jti: randomUUID(),
    // An identity has an appid as well, by which it is known: a token may be named like one.
    ...(principal.kind === "token"
      ? { sub: principal.token.name }
      : { sub: principal.clientId, appid: principal.clientId }),
    iss: "Azure Container Registry",
    aud: registry.loginServer,
    version: "1.0",
    iat: now,
    nbf: now,
    exp: now + lifetime,
    ...claims,
  });
}

/** Whom a token of this kind is of; undefined for one that is not valid, or whose principal may not sign in any more. */
export function readToken(
  { authority, clock, registry, signer }: RegistryContext,
  text: string,
  grantType: "access_token" | "refresh_token",
): SignedIn | undefined {
  const claims = signer.verify(text);
  if (claims?.grant_type !== grantType || Number(claims.exp) * 1000 <= clock.now().getTime()) {
    return undefined;
  }
  // Only access tokens have one.
  const limit = claims.access as Access[] | undefined;
  if (typeof claims.appid === "string") {
    const clientId = claims.appid;
    return authority.owners(registry).has(clientId)
      ? { principal: { kind: "identity", clientId }, limit }
      : undefined;
  }
  const token = registry.tokens.get(String(claims.sub));
  return token?.status === "enabled" ? { principal: { kind: "token", token }, limit } : undefined;
}

/** Refuses a request that its access token does not allow; no need: being somebody is enough. */
export function checkAccess(context: RegistryContext, request: Request, needed?: Access): void {
  const bearer = authorization(request, "Bearer");
  const signedIn = bearer === undefined ? undefined : readToken(context, bearer, "access_token");
  if (signedIn === undefined) {
    // Also where it is Basic: a password opens /oauth2/token and nothing else.
    const error = bearer === undefined ? undefined : "invalid_token";
    throw unauthorized(challenge(context, request, needed, error), needed);
  }
  if (needed !== undefined && !allows(context, signedIn, needed)) {
    throw denied(challenge(context, request, needed, "insufficient_scope"), needed);
  }
}

/** Whether a request's access token allows this too. */
export function hasAccess(context: RegistryContext, request: Request, needed: Access): boolean {
  const signedIn = readToken(context, authorization(request, "Bearer") ?? "", "access_token");
  return signedIn !== undefined && allows(context, signedIn, needed);
}

function allows(context: RegistryContext, signedIn: SignedIn, needed: Access): boolean {
  return allowedNow(context, signedIn, needed).length === needed.actions.length;
}

/**
 * What of this access is allowed now: within the limit, and by what the principal may do today, as a change of a scope map
 * holds at once, for access tokens that are out as well.
 */
function allowedNow({ registry }: RegistryContext, { principal, limit }: SignedIn, access: Access): string[] {
  const actions = allowedActions(registry, principal, access);
  return limit === undefined ? actions : actionsIn(limit, { ...access, actions });
}

function challenge(
  { registry }: RegistryContext,
  request: Request,
  needed: Access | undefined,
  error: "invalid_token" | "insufficient_scope" | undefined,
): Record<string, string> {
  const parts = [`realm="${request.url.origin}/oauth2/token"`, `service="${registry.loginServer}"`];
  if (needed !== undefined) {
    parts.push(`scope="${needed.type}:${needed.name}:${needed.actions.join(",")}"`);
  }
  if (error !== undefined) {
    parts.push(`error="${error}"`);
  }
  return { "www-authenticate": `Bearer ${parts.join(",")}` };
}
