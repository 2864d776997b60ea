import { readFile } from "node:fs/promises";
import { type AzureSettings, checkSecureUrl } from "../../common/azureSettings";
import { reasonOf } from "./fetchError";
import { redirectOf } from "./hosts";
import { nameOf } from "./settings";

/** What a token is for, as Microsoft Entra wants it. */
const audience = "api://AzureADTokenExchange";

/** How long to wait for a token, in ms. */
const answerLimit = 30_000;

/**
 * The token of another identity provider, such as GitHub's, that Microsoft Entra takes in exchange: given, in a file, or to
 * be requested. Asked for anew whenever Entra needs one, since it lives for minutes.
 *
 * @throws Error where there is none, without any token in it
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
  const fault = checkSecureUrl(requestUrl);
  if (fault !== undefined) {
    throw new Error(`the ${nameOf("oidcRequestUrl")} ${fault}`);
  }
  const url = new URL(requestUrl);
  url.searchParams.set("audience", audience);
  const problem = (what: string) =>
    new Error(`${url.origin} gave no OIDC token: ${what}; check the ${nameOf("oidcRequestUrl")}`);
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${bearer}` },
    redirect: "manual",
    signal: AbortSignal.timeout(answerLimit),
  }).catch((error: unknown) => {
    throw problem(reasonOf(error));
  });
  const to = redirectOf(answer.status, answer.headers.get("location"), url.href);
  if (to !== undefined) {
    throw problem(`it sends on to ${to}, where nothing is sent`);
  }
  const body = (await answer.json().catch(() => undefined)) as { value?: unknown } | undefined;
  if (!answer.ok || typeof body?.value !== "string") {
    throw problem(`it answered ${answer.status}`);
  }
  return body.value;
}
