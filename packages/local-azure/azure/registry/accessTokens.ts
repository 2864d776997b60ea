import { randomUUID } from "node:crypto";
import { authorization, type Request } from "../http.js";
import { type Access, actionsIn } from "./access.js";
import type { Principal, RegistryContext } from "./context.js";
import { denied, unauthorized } from "./errors.js";
import { allowedActions } from "./scopes.js";

// As in Azure: long enough for a big push.
const accessTokenLifetimeSeconds = 75 * 60;

// As in recordings of Azure: three hours and a quarter.
const refreshTokenLifetimeSeconds = 195 * 60;

/** The principal of a successful sign-in. */
export interface SignedIn {
  readonly principal: Principal;
  /** The access for which an access token was issued, which limits the principal's access; undefined: no limit. */
  readonly limit?: readonly Access[];
}

/** Issues an access token with the allowed part of the requested access. The rest is omitted without an error. */
export function issueAccessToken(
  context: RegistryContext,
  signedIn: SignedIn,
  requested: readonly Access[],
): string {
  const access = requested
    .map((each) => ({ ...each, actions: allowedNow(context, signedIn, each) }))
    .filter(({ actions }) => actions.length > 0);
  return issue(context, signedIn.principal, accessTokenLifetimeSeconds, {
    grant_type: "access_token",
    access,
  });
}

/** Issues a refresh token, which a client exchanges for access tokens until it expires. */
export function issueRefreshToken(context: RegistryContext, principal: Principal): string {
  return issue(context, principal, refreshTokenLifetimeSeconds, { grant_type: "refresh_token" });
}

function issue(
  { clock, registry, signer }: RegistryContext,
  principal: Principal,
  lifetimeSeconds: number,
  claims: object,
): string {
  const now = Math.floor(clock.now().getTime() / 1000);
  return signer.sign({
    jti: randomUUID(),
    // The appid marks an identity: a registry token may have the same name as a client id.
    ...(principal.kind === "token"
      ? { sub: principal.token.name }
      : { sub: principal.clientId, appid: principal.clientId }),
    iss: "Azure Container Registry",
    aud: registry.loginServer,
    version: "1.0",
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    ...claims,
  });
}

/** The principal of a token of this kind; undefined for an invalid token, or if the principal can no longer sign in. */
export function readToken(
  { authority, clock, registry, signer }: RegistryContext,
  text: string,
  grantType: "access_token" | "refresh_token",
): SignedIn | undefined {
  const claims = signer.verify(text);
  if (claims?.grant_type !== grantType || Number(claims.exp) * 1000 <= clock.now().getTime()) {
    return undefined;
  }
  // Only access tokens have a limit.
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

/** Refuses a request that its access token does not allow. Without `needed`, any valid access token is enough. */
export function checkAccess(context: RegistryContext, request: Request, needed?: Access): void {
  const bearer = authorization(request, "Bearer");
  const signedIn = bearer === undefined ? undefined : readToken(context, bearer, "access_token");
  if (signedIn === undefined) {
    // Basic authorization, too, is refused: only /oauth2/token accepts passwords.
    const error = bearer === undefined ? undefined : "invalid_token";
    throw unauthorized(challenge(context, request, needed, error), needed);
  }
  if (needed !== undefined && !allows(context, signedIn, needed)) {
    throw denied(challenge(context, request, needed, "insufficient_scope"), needed);
  }
}

/** Whether a request's access token allows this access. */
export function hasAccess(context: RegistryContext, request: Request, needed: Access): boolean {
  const signedIn = readToken(context, authorization(request, "Bearer") ?? "", "access_token");
  return signedIn !== undefined && allows(context, signedIn, needed);
}

function allows(context: RegistryContext, signedIn: SignedIn, needed: Access): boolean {
  return allowedNow(context, signedIn, needed).length === needed.actions.length;
}

/**
 * The actions of this access that are allowed now: within the token's limit, and by the principal's current permissions. A
 * change of a scope map applies at once, also to access tokens that were issued before.
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
