import { readFile } from "node:fs/promises";
import { type AzureSettings, checkSecureUrl } from "../../../args/azureSettings";
import { httpGet, jsonObjectIn } from "../http/get";
import { nameOf } from "./settings";

/** The audience that Microsoft Entra expects in the token. */
const audience = "api://AzureADTokenExchange";

/** How long to wait for a token. */
const responseTimeoutMs = 30_000;

/**
 * The token of another identity provider, such as GitHub's, that Microsoft Entra exchanges for its own. It is given, in a file, or
 * requested. Each sign-in reads it again, because it expires after minutes.
 *
 * @throws Error without any token in it
 */
export async function oidcToken(settings: AzureSettings): Promise<string> {
  if (settings.oidcToken) {
    return settings.oidcToken;
  }
  if (settings.oidcTokenFilePath) {
    const token = await readFile(settings.oidcTokenFilePath, "utf8").catch((error: Error) => {
      throw new Error(
        `the OIDC token cannot be read: ${error.message}; correct the ${nameOf("oidcTokenFilePath")}`,
      );
    });
    return token.trim();
  }
  if (settings.oidcRequestUrl && settings.oidcRequestToken) {
    return requestToken(settings.oidcRequestUrl, settings.oidcRequestToken);
  }
  throw new Error(
    `OIDC for Azure is chosen, but there is no token: set the ${nameOf("oidcToken")}, the ${nameOf("oidcTokenFilePath")}, or both the ${nameOf("oidcRequestUrl")} and the ${nameOf("oidcRequestToken")}`,
  );
}

async function requestToken(requestUrl: string, bearer: string): Promise<string> {
  const failure = checkSecureUrl(requestUrl);
  if (failure !== undefined) {
    throw new Error(`the ${nameOf("oidcRequestUrl")} ${failure}`);
  }
  const url = new URL(requestUrl);
  url.searchParams.set("audience", audience);
  const problem = (what: string) =>
    new Error(`${url.origin} gave no OIDC token: ${what}; check the ${nameOf("oidcRequestUrl")}`);
  const { status, body } = await httpGet(url.href, {
    headers: { authorization: `Bearer ${bearer}` },
    timeoutMs: responseTimeoutMs,
  }).catch((error: Error) => {
    throw problem(error.message);
  });
  const { value } = jsonObjectIn(body);
  if (status !== 200 || typeof value !== "string") {
    throw problem(`it answered ${status}`);
  }
  return value;
}
