/** The little of Azure's resource manager that a provider needs: sign in, GET, PUT and DELETE, and wait. */
import { isObject, type Properties } from "provider-protocol";
import { type Answer, AzureError, expectSuccess, pause, retryAfter, send, sendPatiently } from "./http.js";
import { proofOf } from "./proof.js";
import type { Settings } from "./settings.js";

interface Cloud {
  resourceManager: string;
  authority: string;
  audience: string;
}

/** In ms: how often azure-native looks at an operation where Azure does not say. */
const looks = { PUT: 10_000, DELETE: 30_000 };

export class ResourceManager {
  #cloud: Promise<Cloud> | undefined;
  #token: { value: string; expires: number } | undefined;

  /** @param pace what azure-native's own waits are multiplied by */
  constructor(
    readonly settings: Settings,
    private readonly pace: number,
  ) {}

  /**
   * The answer, whatever it is.
   *
   * @param signal gives up; a function has none
   */
  get(id: string, apiVersion: string, signal?: AbortSignal): Promise<Answer> {
    return this.#request("GET", id, apiVersion, signal);
  }

  /** Creates or updates. What Azure accepts it has not done yet: see {@link finish}. */
  async put(id: string, apiVersion: string, body: Properties, signal: AbortSignal): Promise<Answer> {
    return expectSuccess(await this.#request("PUT", id, apiVersion, signal, body));
  }

  /** Deletes, and waits until Azure is done. What is not there is deleted. */
  async delete(id: string, apiVersion: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#request("DELETE", id, apiVersion, signal);
    if (answer.status !== 404) {
      await this.finish("DELETE", expectSuccess(answer), signal);
    }
  }

  /** Looks at a long operation until it has ended: at once, unless Azure asks for a wait, and then now and again. */
  async finish(method: keyof typeof looks, first: Answer, signal: AbortSignal): Promise<void> {
    const operation = first.headers.get("azure-asyncoperation");
    const location = first.headers.get("location");
    let wait = retryAfter(first) ?? 0;
    for (let last = first; operation || (location && last.status === 202); ) {
      await pause(wait, signal);
      last = expectSuccess(await this.#send("GET", operation ?? location ?? "", signal));
      const { status, error } = last.body;
      if (operation && status === "Succeeded") {
        return;
      }
      if (operation && (status === "Failed" || status === "Canceled")) {
        throw AzureError.of(200, error ?? { code: status, message: `the operation ended as ${status}` });
      }
      wait = retryAfter(last) ?? looks[method] * this.pace;
    }
  }

  async #request(
    method: string,
    id: string,
    apiVersion: string,
    signal: AbortSignal | undefined,
    body?: Properties,
  ): Promise<Answer> {
    const { resourceManager } = await this.#findCloud();
    return this.#send(method, `${resourceManager}${id}?api-version=${apiVersion}`, signal, body);
  }

  async #send(
    method: string,
    url: string,
    signal: AbortSignal | undefined,
    body?: Properties,
  ): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await this.#signIn()}`,
      ...(body && { "content-type": "application/json" }),
    };
    return sendPatiently(url, { method, headers, body: body && JSON.stringify(body) }, signal, this.pace);
  }

  async #signIn(): Promise<string> {
    if (!this.#token || this.#token.expires < Date.now()) {
      const { tenantId, clientId } = this.settings;
      const { authority, audience } = await this.#findCloud();
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        ...(await proofOf(this.settings)),
        scope: `${audience}/.default`,
      });
      const url = `${authority}/${tenantId}/oauth2/v2.0/token`;
      const { status, body } = await send(url, { method: "POST", body: form }, undefined);
      const { access_token, expires_in, error_description } = body;
      if (typeof access_token !== "string") {
        throw new AzureError(
          `Signing in as client ${clientId} failed: ${status} ${error_description ?? "without an access token"}`,
          status,
        );
      }
      // A minute early, so that it does not expire on the way.
      this.#token = { value: access_token, expires: Date.now() + (Number(expires_in ?? 3600) - 60) * 1_000 };
    }
    return this.#token.value;
  }

  #findCloud(): Promise<Cloud> {
    this.#cloud ??= this.#askForCloud().catch((error) => {
      this.#cloud = undefined;
      throw error;
    });
    return this.#cloud;
  }

  async #askForCloud(): Promise<Cloud> {
    const url = `https://${this.settings.metadataHost}/metadata/endpoints?api-version=2022-09-01`;
    const { resourceManager, authentication } = expectSuccess(await send(url, {}, undefined)).body;
    const { loginEndpoint, audiences } = isObject(authentication) ? authentication : {};
    if (typeof resourceManager !== "string" || typeof loginEndpoint !== "string") {
      throw new AzureError(`${url} does not say where resource manager and sign-in are.`, 200);
    }
    const audience = Array.isArray(audiences) ? String(audiences[0]) : resourceManager;
    return {
      resourceManager: withoutSlash(resourceManager),
      authority: withoutSlash(loginEndpoint),
      audience: withoutSlash(audience),
    };
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
