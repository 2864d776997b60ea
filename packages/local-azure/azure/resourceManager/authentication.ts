import { authorization, type Request } from "../http.js";
import { isExpired, isFor, type JwtSigner } from "../jwt.js";
import { AzureError } from "./errors.js";
import { audiences } from "./metadata.js";

/** The client id in a request's access token, which may be expired; undefined for a token of another issuer. */
export function callerOf(request: Request, signer: JwtSigner): string | undefined {
  const appid = signer.verify(authorization(request, "Bearer") ?? "")?.appid;
  return appid === undefined ? undefined : String(appid);
}

/**
 * Refuses a request without a valid access token of this Azure's sign-in host for the resource manager.
 *
 * @returns the client id in the token
 */
export function checkBearerToken(
  request: Request,
  signer: JwtSigner,
  authority: string,
  tenantId: string,
): string {
  const refuse = (code: string, message: string) =>
    new AzureError(401, code, message, {
      "www-authenticate": `Bearer authorization_uri="${authority}/${tenantId}", error="invalid_token", error_description="${message}"`,
    });
  const token = authorization(request, "Bearer");
  if (token === undefined) {
    throw refuse("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
  }
  const claims = signer.verify(token);
  if (claims === undefined) {
    throw refuse(
      "AuthenticationFailed",
      "Authentication failed. The access token was not issued by this Azure.",
    );
  }
  if (isExpired(claims)) {
    throw refuse("ExpiredAuthenticationToken", "The access token has expired.");
  }
  if (!isFor(claims, audiences(request.url.origin))) {
    throw refuse("InvalidAuthenticationTokenAudience", `The access token is for '${claims.aud}'.`);
  }
  return String(claims.appid);
}
