/** A client of the resource manager: sign-in, GET, PUT, DELETE and polling. */
import { isObject, type Properties } from "provider-server";
import { credentialOf } from "./credential.js";
import {
  AzureError,
  type AzureResponse,
  expectSuccess,
  pause,
  retryAfterMs,
  send,
  sendWithRetry,
} from "./http.js";
import type { Settings } from "./settings.js";

interface Cloud {
  resourceManager: string;
  authority: string;
  audience: string;
}

/** azure-native's polling intervals without a Retry-After header, in milliseconds. */
const pollIntervalsMs = { PUT: 10_000, DELETE: 30_000 };

const vaultAudience = "https://vault.azure.net";

export class ResourceManager {
  #cloud: Promise<Cloud> | undefined;
  /** Access tokens by audience. */
  readonly #tokens = new Map<string, { value: string; expires: number }>();

  /** @param pace factor for azure-native's own delays */
  constructor(
    readonly settings: Settings,
    private readonly pace: number,
  ) {}

  /**
   * Sends a GET and returns the response with any status.
   *
   * @param signal cancels the request; undefined for a function
   */
  get(id: string, apiVersion: string, signal?: AbortSignal): Promise<AzureResponse> {
    return this.#request("GET", id, apiVersion, signal);
  }

  /** Creates or updates. Azure has only accepted the request: see {@link finish}. */
  async put(id: string, apiVersion: string, body: Properties, signal: AbortSignal): Promise<AzureResponse> {
    return expectSuccess(await this.#request("PUT", id, apiVersion, signal, body));
  }

  /** Deletes, and waits for the end of the operation. A missing resource counts as deleted. */
  async delete(id: string, apiVersion: string, signal: AbortSignal): Promise<void> {
    const response = await this.#request("DELETE", id, apiVersion, signal);
    if (response.status !== 404) {
      await this.finish("DELETE", id, apiVersion, expectSuccess(response), signal);
    }
  }

  /** Deletes a secret at its vault's data plane. A missing secret counts as deleted. */
  async deleteInVault(id: string, apiVersion: string, signal: AbortSignal): Promise<void> {
    const [, vault = "", inVault = ""] = /^(.*\/vaults\/[^/]+)(\/.*)$/i.exec(id) ?? [];
    const found = await this.get(vault, apiVersion, signal);
    if (found.status === 404) {
      return;
    }
    const { vaultUri } = expectSuccess(found).body.properties as { vaultUri: string };
    const url = `${withoutSlash(vaultUri)}${inVault}?api-version=7.4`;
    const authorization = `Bearer ${await this.#signIn(vaultAudience)}`;
    const response = await sendWithRetry(
      url,
      { method: "DELETE", headers: { authorization } },
      signal,
      this.pace,
    );
    if (response.status !== 404) {
      expectSuccess(response);
    }
  }

  /** The identity in the access token. */
  async clientConfig(): Promise<Properties> {
    const { audience } = await this.#findCloud();
    const [, claims = ""] = (await this.#signIn(audience)).split(".");
    const { oid } = JSON.parse(Buffer.from(claims, "base64url").toString());
    const { clientId, subscriptionId, tenantId } = this.settings;
    return { clientId, objectId: oid, subscriptionId, tenantId };
  }

  /** Polls a long-running operation until it has ended. The first poll is immediate, unless Azure sends Retry-After. */
  async finish(
    method: keyof typeof pollIntervalsMs,
    id: string,
    apiVersion: string,
    first: AzureResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const url = await this.#urlOf(id, apiVersion);
    const operation = first.headers.get("azure-asyncoperation");
    const location = first.headers.get("location");
    let waitMs = retryAfterMs(first) ?? 0;
    for (let last = first; operation || (location && last.status === 202) || isInProgress(last, location); ) {
      await pause(waitMs, signal);
      last = expectSuccess(await this.#send("GET", operation ?? location ?? url, signal));
      const { status, error } = last.body;
      if (operation && status === "Succeeded") {
        return;
      }
      if (operation && (status === "Failed" || status === "Canceled")) {
        throw AzureError.of(200, error ?? { code: status, message: `the operation ended as ${status}` });
      }
      waitMs = retryAfterMs(last) ?? pollIntervalsMs[method] * this.pace;
    }
  }

  async #request(
    method: string,
    id: string,
    apiVersion: string,
    signal: AbortSignal | undefined,
    body?: Properties,
  ): Promise<AzureResponse> {
    return this.#send(method, await this.#urlOf(id, apiVersion), signal, body);
  }

  async #urlOf(id: string, apiVersion: string): Promise<string> {
    const { resourceManager } = await this.#findCloud();
    return `${resourceManager}${id}?api-version=${apiVersion}`;
  }

  async #send(
    method: string,
    url: string,
    signal: AbortSignal | undefined,
    body?: Properties,
  ): Promise<AzureResponse> {
    const { audience } = await this.#findCloud();
    const headers = {
      authorization: `Bearer ${await this.#signIn(audience)}`,
      ...(body && { "content-type": "application/json" }),
    };
    return sendWithRetry(url, { method, headers, body: body && JSON.stringify(body) }, signal, this.pace);
  }

  async #signIn(audience: string): Promise<string> {
    const known = this.#tokens.get(audience);
    if (!known || known.expires < Date.now()) {
      const { tenantId, clientId } = this.settings;
      const { authority } = await this.#findCloud();
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        ...(await credentialOf(this.settings)),
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
      // A minute early, so that it does not expire before it arrives.
      const expires = Date.now() + (Number(expires_in ?? 3600) - 60) * 1_000;
      this.#tokens.set(audience, { value: access_token, expires });
      return access_token;
    }
    return known.value;
  }

  #findCloud(): Promise<Cloud> {
    this.#cloud ??= this.#fetchCloud().catch((error) => {
      this.#cloud = undefined;
      throw error;
    });
    return this.#cloud;
  }

  async #fetchCloud(): Promise<Cloud> {
    const url = `https://${this.settings.metadataHost}/metadata/endpoints?api-version=2022-09-01`;
    const { resourceManager, authentication } = expectSuccess(await send(url, {}, undefined)).body;
    const { loginEndpoint, audiences } = isObject(authentication) ? authentication : {};
    if (typeof resourceManager !== "string" || typeof loginEndpoint !== "string") {
      throw new AzureError(`${url} returned no addresses of the resource manager and the sign-in host.`, 200);
    }
    const audience = Array.isArray(audiences) ? String(audiences[0]) : resourceManager;
    return {
      resourceManager: withoutSlash(resourceManager),
      authority: withoutSlash(loginEndpoint),
      audience: withoutSlash(audience),
    };
  }
}

/** Whether a resource without an operation is still in progress: a new vault is RegisteringDns. */
function isInProgress({ status, body }: AzureResponse, location: string | null): boolean {
  const { provisioningState } = isObject(body.properties) ? body.properties : {};
  const isKnown = typeof provisioningState === "string" && status < 202 && location === null;
  return isKnown && !["Succeeded", "Failed", "Canceled"].includes(provisioningState);
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
