/** The little of Azure's resource manager that a provider needs: sign in, GET, PUT and DELETE, and wait. */

import { setTimeout } from "node:timers/promises";
import { isObject, type Properties } from "provider-protocol";
import { requireLocal, type Settings } from "./settings.js";

/** Azure refused, or an operation failed. */
export class AzureError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Whether Azure had accepted the request before it failed. */
    readonly accepted = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Cloud {
  resourceManager: string;
  authority: string;
  audience: string;
}

/** How often to try again what Azure says may be tried again. */
const attempts = 4;

export class ResourceManager {
  #cloud: Promise<Cloud> | undefined;
  #token: { value: string; expires: number } | undefined;

  /** @param signal gives up whatever is under way */
  constructor(
    readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns undefined for what is not there */
  async get(id: string, apiVersion: string): Promise<Properties | undefined> {
    const response = await this.#request("GET", id, apiVersion);
    return response.status === 404 ? undefined : bodyIn(await expectSuccess(response, `GET ${id}`));
  }

  /** Creates or updates, and waits until Azure is done. */
  async put(id: string, apiVersion: string, body: Properties): Promise<void> {
    const response = await expectSuccess(await this.#request("PUT", id, apiVersion, body), `PUT ${id}`);
    await this.#finish(response, `PUT ${id}`);
  }

  /** Deletes, and waits until Azure is done. What is not there is deleted. */
  async delete(id: string, apiVersion: string): Promise<void> {
    const response = await this.#request("DELETE", id, apiVersion);
    if (response.status !== 404) {
      await this.#finish(await expectSuccess(response, `DELETE ${id}`), `DELETE ${id}`);
    }
  }

  /** Azure answers a long operation at once, and says where to ask for its end. */
  async #finish(response: Response, what: string): Promise<void> {
    const operation = response.headers.get("azure-asyncoperation");
    const location = response.headers.get("location");
    let last = response;
    if (operation) {
      for (;;) {
        await this.#pause(last);
        last = await expectSuccess(await this.#send("GET", operation), what, true);
        const { status, error } = await bodyIn(last);
        if (status === "Succeeded") {
          return;
        }
        if (status === "Failed" || status === "Canceled") {
          throw new AzureError(`${what} ended as ${status}: ${describe(error)}`, 200, true);
        }
      }
    }
    while (location && last.status === 202) {
      await this.#pause(last);
      last = await expectSuccess(await this.#send("GET", location), what, true);
    }
  }

  async #request(method: string, id: string, apiVersion: string, body?: Properties): Promise<Response> {
    const { resourceManager } = await this.#findCloud();
    return this.#send(method, `${resourceManager}${id}?api-version=${apiVersion}`, body);
  }

  async #send(method: string, url: string, body?: Properties): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${await this.#signIn()}`,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const temporary = response.status === 429 || response.status >= 500;
      if (!temporary || attempt === attempts) {
        return response;
      }
      await this.#pause(response);
    }
  }

  async #signIn(): Promise<string> {
    if (!this.#token || this.#token.expires < Date.now()) {
      const { tenantId, clientId, clientSecret } = this.settings;
      const { authority, audience } = await this.#findCloud();
      const response = await this.#fetch(`${authority}/${tenantId}/oauth2/v2.0/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: clientSecret,
          scope: `${audience}/.default`,
        }),
      });
      const { access_token, expires_in } = await bodyIn(
        await expectSuccess(response, `Signing in as client ${clientId}`),
      );
      if (typeof access_token !== "string") {
        throw new AzureError(`${authority} answered the sign-in without an access token.`, response.status);
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
    const answer = await bodyIn(await expectSuccess(await this.#fetch(url), `GET ${url}`));
    const { resourceManager, authentication } = answer;
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

  async #fetch(url: string, request: RequestInit = {}): Promise<Response> {
    requireLocal(new URL(url));
    try {
      return await fetch(url, { ...request, signal: this.signal });
    } catch (error) {
      if (this.signal.aborted) {
        throw new AzureError("Cancelled.", 0, false, { cause: error });
      }
      const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string };
      throw new AzureError(
        `The local Azure at ${new URL(url).host} does not answer (${code ?? message}). ` +
          "Is it running, and does NODE_EXTRA_CA_CERTS name its certificate?",
        0,
        false,
        { cause: error },
      );
    }
  }

  /** Waits as long as the answer asks for, or a second. */
  async #pause(response: Response): Promise<void> {
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await setTimeout(Math.max(0.05, seconds) * 1_000, undefined, { signal: this.signal });
  }
}

async function expectSuccess(response: Response, what: string, accepted = false): Promise<Response> {
  if (response.ok) {
    return response;
  }
  const { error, error_description } = await bodyIn(response).catch((): Properties => ({}));
  const reason = error_description ?? describe(error);
  throw new AzureError(`${what} failed: ${response.status} ${reason}`, response.status, accepted);
}

async function bodyIn(response: Response): Promise<Properties> {
  const text = await response.text();
  const body: unknown = text ? JSON.parse(text) : {};
  return isObject(body) ? (body as Properties) : {};
}

/** Azure's code and message of an error. */
function describe(error: unknown): string {
  if (!isObject(error)) {
    return typeof error === "string" ? error : "(no reason given)";
  }
  return `${error.code}: ${error.message}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
