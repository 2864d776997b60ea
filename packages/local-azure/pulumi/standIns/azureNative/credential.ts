/** What the stand-in proves with, at sign-in, who it is: a client secret, else OIDC as in a GitHub workflow. */
import { requireLocal, type Settings } from "./settings.js";

/** The fields of a token request. */
export async function credentialOf({ clientSecret, oidc }: Settings): Promise<Record<string, string>> {
  if (clientSecret !== undefined) {
    return { client_secret: clientSecret };
  }
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: oidc?.token ?? (await requestToken(oidc?.requestUrl ?? "", oidc?.requestToken ?? "")),
  };
}

/** A token of the identity provider's, for Microsoft Entra. */
async function requestToken(requestUrl: string, bearer: string): Promise<string> {
  const url = new URL(requestUrl);
  requireLocal(url);
  url.searchParams.set("audience", "api://AzureADTokenExchange");
  const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  const { value } = (await response.json().catch(() => ({}))) as { value?: unknown };
  if (!response.ok || typeof value !== "string") {
    throw new Error(`${url.origin} gave no OIDC token: it answered ${response.status}`);
  }
  return value;
}
