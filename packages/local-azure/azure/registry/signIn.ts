import { timingSafeEqual } from "node:crypto";
import { performance } from "node:perf_hooks";
import { parseTime } from "../clock.js";
import { isExpired, isFor } from "../jwt.js";
import { audiences } from "../resourceManager/metadata.js";
import { hashPassword } from "../resourceManager/passwords.js";
import { type Password, passwordNames, type Token } from "../state.js";
import { readToken, type SignedIn } from "./accessTokens.js";
import type { RegistryContext } from "./context.js";
import { unauthorized } from "./errors.js";

/** The audience of access tokens for registries. Those for the resource manager are accepted, too. */
const registryAudience = "https://containerregistry.azure.net";

/** The user name for a password that is a token of the registry, as in `docker login`. */
const noUser = "00000000-0000-0000-0000-000000000000";

/** Signs in a token. Refused: unknown or disabled token; wrong, expired or not yet replicated password. */
export function signIn(context: RegistryContext, username: string, password: string): SignedIn {
  if (username === noUser) {
    return readToken(context, password, "access_token") ?? signInByRefreshToken(context, password);
  }
  const token = context.registry.tokens.get(username);
  if (token === undefined || token.status !== "enabled" || !hasPassword(context, token, password)) {
    throw unauthorized();
  }
  return { principal: { kind: "token", token } };
}

/** Signs in the principal of a refresh token. */
export function signInByRefreshToken(context: RegistryContext, text: string): SignedIn {
  const signedIn = readToken(context, text, "refresh_token");
  if (signedIn === undefined) {
    throw unauthorized();
  }
  return signedIn;
}

/**
 * Signs in the identity of an access token of the sign-in host, whose expiry uses the system's clock.
 *
 * @param tenant the tenant that the client names, if any: it must be the identity's tenant
 */
export function signInByAuthority(
  { authority, registry }: RegistryContext,
  text: string,
  tenant: string | null,
): SignedIn {
  const claims = authority.signer.verify(text);
  const accepted = [registryAudience, ...audiences(authority.resourceManager())];
  if (
    claims === undefined ||
    isExpired(claims) ||
    !isFor(claims, accepted) ||
    (tenant !== null && tenant !== authority.tenantId) ||
    !authority.owners(registry).has(String(claims.appid))
  ) {
    throw unauthorized();
  }
  return { principal: { kind: "identity", clientId: String(claims.appid) } };
}

function hasPassword(context: RegistryContext, token: Token, password: string): boolean {
  const hash = hashPassword(password);
  return passwordNames.some((name) => {
    const candidate = token.passwords[name];
    return candidate !== undefined && timingSafeEqual(candidate.hash, hash) && isAccepted(context, candidate);
  });
}

function isAccepted(
  { clock, replicationLagMs }: RegistryContext,
  { expiry, createdAtMs }: Password,
): boolean {
  const end = parseTime(expiry);
  const expired = end !== undefined && end <= clock.now();
  return !expired && performance.now() - createdAtMs >= replicationLagMs();
}
