import { randomUUID, timingSafeEqual } from "node:crypto";
import { performance } from "node:perf_hooks";
import { type Clock, parseTime } from "../clock.js";
import { authorization, type Request } from "../http.js";
import type { JwtSigner } from "../jwt.js";
import { hashPassword } from "../resourceManager/passwords.js";
import { type Password, passwordNames, type Registry, type Token } from "../state.js";
import { RegistryError, unauthorized } from "./errors.js";
import { type Access, allowedActions } from "./scopes.js";

/** What a registry's door works on. */
export interface DoorContext {
  readonly registry: Registry;
  readonly clock: Clock;
  /** The registry's own: no access token of another registry passes here. */
  readonly signer: JwtSigner;
  /** Milliseconds until a new password is accepted; read every time, as tests change it. */
  readonly replicationLag: () => number;
}

// As Azure's: long enough for a big push.
const accessTokenLifetime = 75 * 60;

/** The token that these credentials belong to. Refused: unknown, disabled, wrong password, expired or not yet there. */
export function signIn(context: DoorContext, username: string, password: string): Token {
  const token = context.registry.tokens.get(username);
  if (token === undefined || token.status !== "enabled") {
    throw unauthorized();
  }
  const hash = hashPassword(password);
  const matches = passwordNames.some((name) => {
    const candidate = token.passwords[name];
    return candidate !== undefined && timingSafeEqual(candidate.hash, hash) && isAccepted(context, candidate);
  });
  if (!matches) {
    throw unauthorized();
  }
  return token;
}

function isAccepted({ clock, replicationLag }: DoorContext, { expiry, madeAt }: Password): boolean {
  const end = parseTime(expiry);
  const expired = end !== undefined && end <= clock.now();
  return !expired && performance.now() - madeAt >= replicationLag();
}

/** An access token with what the token is allowed of the wanted access: the rest is left out, without an error. */
export function issueAccessToken(context: DoorContext, token: Token, wanted: readonly Access[]): string {
  const { clock, registry, signer } = context;
  const now = Math.floor(clock.now().getTime() / 1000);
  return signer.sign({
    jti: randomUUID(),
    sub: token.name,
    iss: "Azure Container Registry",
    aud: registry.loginServer,
    version: "1.0",
    iat: now,
    nbf: now,
    exp: now + accessTokenLifetime,
    grant_type: "access_token",
    access: wanted
      .map((access) => ({ ...access, actions: allowedActions(context.registry, token, access) }))
      .filter(({ actions }) => actions.length > 0),
  });
}

/**
 * Refuses a request that its access token does not allow, or that the token's scope map allows no longer: a change of a
 * scope map holds at once, for access tokens that are out as well.
 * @param needed what the request does; none: being somebody is enough
 */
export function checkAccess(context: DoorContext, request: Request, needed?: Access): void {
  const { clock, registry, signer } = context;
  const bearer = authorization(request, "Bearer");
  const claims = bearer === undefined ? undefined : signer.verify(bearer);
  const valid = claims !== undefined && Number(claims.exp) * 1000 > clock.now().getTime();
  const token = valid ? registry.tokens.get(String(claims.sub)) : undefined;
  if (!valid || token === undefined || token.status !== "enabled") {
    // Also where it is Basic: a password opens /oauth2/token and nothing else.
    throw unauthorized(
      challenge(request, registry, needed, bearer === undefined ? undefined : "invalid_token"),
    );
  }
  if (needed === undefined) {
    return;
  }
  const issued = (claims.access as Access[])
    .filter(({ type, name }) => type === needed.type && name === needed.name)
    .flatMap(({ actions }) => actions);
  const allowed = allowedActions(registry, token, needed).filter((action) => issued.includes(action));
  if (!needed.actions.every((action) => allowed.includes(action))) {
    // 401 and not 403: insufficient_scope is what makes Docker say "requested access to the resource is denied", and
    // what makes a client that had asked for less fetch another access token.
    throw new RegistryError(
      401,
      "DENIED",
      "requested access to the resource is denied",
      challenge(request, registry, needed, "insufficient_scope"),
      needed.actions.map((action) => ({ Type: needed.type, Name: needed.name, Action: action })),
    );
  }
}

function challenge(
  request: Request,
  registry: Registry,
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
