/** The stand-in's credential at sign-in: a client secret, else OIDC as in a GitHub workflow. */
import { requireLocal, type Settings } from "./settings.js";

/** The credential's fields in a token request. */
export async function credentialOf({ clientSecret, oidc }: Settings): Promise<Record<string, string>> {
  if (clientSecret !== undefined) {
    return { client_secret: clientSecret };
  }
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: oidc?.token ?? (await requestToken(oidc?.requestUrl ?? "", oidc?.requestToken ?? "")),
  };
}

/** Requests a token of the identity provider for Microsoft Entra. */
async function requestToken(requestUrl: string, bearer: string): Promise<string> {
  const url = new URL(requestUrl);
  requireLocal(url);
  url.searchParams.set("audience", "api://AzureADTokenExchange");
  const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  const { value } = (await response.json().catch(() => ({}))) as { value?: unknown };
  if (!response.ok || typeof value !== "string") {
    throw new Error(`${url.origin} returned no OIDC token: status ${response.status}`);
  }
  return value;
}
