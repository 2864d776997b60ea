import { authorization, type Request } from "../http.js";
import type { JwtSigner } from "../jwt.js";
import { AzureError } from "./errors.js";
import { audiences } from "./metadata.js";

/** Refuses a request without an access token of our authority that is for us and has not expired. */
export function checkBearerToken(
  request: Request,
  signer: JwtSigner,
  authority: string,
  tenantId: string,
): void {
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
  if (Number(claims.exp) * 1000 <= Date.now()) {
    throw refuse("ExpiredAuthenticationToken", "The access token has expired.");
  }
  const accepted = audiences(request.url.origin).map(withoutSlash);
  if (!accepted.includes(withoutSlash(String(claims.aud)))) {
    throw refuse("InvalidAuthenticationTokenAudience", `The access token is for '${claims.aud}'.`);
  }
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "").toLowerCase();
}
