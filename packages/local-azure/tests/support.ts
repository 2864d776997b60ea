import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ClientSecretCredential } from "@azure/identity";
import { type Connection, type LocalAzure, type LocalAzureOptions, startLocalAzure } from "local-azure";
import { onTestFinished } from "vitest";

export const group = "myresourcegroup";
export const registry = "myregistry";

/** A local Azure until the end of the test. */
export async function startAzure(options?: LocalAzureOptions): Promise<LocalAzure> {
  const azure = await startLocalAzure(options);
  onTestFinished(() => azure.close());
  return azure;
}

/** A clock that tests set. */
export class HandClock {
  constructor(private time = new Date("2030-01-01T00:00:00Z")) {}

  readonly now = () => new Date(this.time);

  forward(milliseconds: number): void {
    this.time = new Date(this.time.getTime() + milliseconds);
  }
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  // Tests read responses of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
}

export interface HttpOptions {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: object | string | Buffer;
}

/** The local Azure's own certificate, the first in caFile: reading all public roots each time is slow. */
export function certificate({ caFile }: Connection): string {
  const end = "-----END CERTIFICATE-----\n";
  return readFileSync(caFile, "utf8").split(end, 1)[0] + end;
}

/** Plain HTTPS that trusts the local Azure. */
export function http(connection: Connection, url: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body } = options;
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const type = body !== undefined && !raw ? { "content-type": "application/json" } : {};
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: { ...type, ...headers }, ca: certificate(connection), agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString("utf8");
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes,
            text,
            body: parse(text),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body === undefined || raw ? body : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The identity that signs in. */
type Principal = Pick<Connection, "clientId" | "clientSecret">;

/** Signs in by plain HTTP. */
export async function signIn(
  { connection }: LocalAzure,
  audience = connection.resourceManager,
  { clientId, clientSecret }: Principal = connection,
): Promise<string> {
  const { authority, tenantId } = connection;
  const answer = await http(connection, `${authority}/${tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${audience}/.default`,
    }).toString(),
  });
  return answer.body.access_token;
}

/** Signed-in requests to the resource manager, with a default api-version. */
export type Arm = (
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<HttpAnswer>;

/** @param principal default: the first */
export async function arm(azure: LocalAzure, principal?: Principal): Promise<Arm> {
  const { connection } = azure;
  const token = await signIn(azure, connection.resourceManager, principal);
  return (method, path, body, headers = {}) => {
    const url = new URL(path, connection.resourceManager);
    if (!url.searchParams.has("api-version")) {
      url.searchParams.set("api-version", versionFor(url.pathname));
    }
    return http(connection, url.href, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      body,
    });
  };
}

function versionFor(path: string): string {
  const provider = /.*\/providers\/([^/]+)/i.exec(path)?.[1].toLowerCase() ?? "";
  return (
    {
      "microsoft.containerregistry": "2025-11-01",
      "microsoft.authorization": "2020-05-01",
      "microsoft.keyvault": "2024-11-01",
    }[provider] ?? "2022-12-01"
  );
}

/** The path of the registry, or of a resource in it. */
export function registryPath({ connection }: LocalAzure, below = "", name = registry): string {
  return `/subscriptions/${connection.subscriptionId}/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${name}${below}`;
}

export const quick = { updateIntervalInMs: 5 };

/** Azure's own client. */
export function sdk({ connection }: LocalAzure, apiVersion?: string): ContainerRegistryManagementClient {
  const { tenantId, clientId, clientSecret, authority, resourceManager, subscriptionId } = connection;
  const tlsOptions = { ca: certificate(connection) };
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: authority,
    disableInstanceDiscovery: true,
    tlsOptions,
  });
  return new ContainerRegistryManagementClient(credential, subscriptionId, {
    endpoint: resourceManager,
    credentials: { scopes: [`${resourceManager}/.default`] },
    tlsOptions,
    retryOptions: { maxRetries: 0 },
    ...(apiVersion !== undefined && { apiVersion }),
  });
}

/** A scope map with these actions and a token with it, both passwords generated. */
export async function makeToken(
  azure: LocalAzure,
  options: { name?: string; actions?: string[]; expiry?: Date } = {},
): Promise<{ id: string; name: string; scopeMapId: string; passwords: [string, string] }> {
  const { name = "edge-1", actions = ["repositories/azureiotedge-agent/content/read"], expiry } = options;
  const client = sdk(azure);
  const scopeMap = await client.scopeMaps.create(group, registry, `${name}-scope-map`, { actions }, quick);
  const scopeMapId = scopeMap.id ?? "";
  const token = await client.tokens.create(group, registry, name, { scopeMapId }, quick);
  const id = token.id ?? "";
  const made = await client.registries.generateCredentials(group, registry, { tokenId: id, expiry }, quick);
  const value = (slot: string) => made.passwords?.find((password) => password.name === slot)?.value ?? "";
  return { id, name, scopeMapId, passwords: [value("password1"), value("password2")] };
}

/** The registry's responses to a sign-in with a token, and to requests with its access token. */
export interface TestRegistry {
  /** Status of GET /oauth2/token. */
  login(username: string, password: string): Promise<number>;
  /** An access token for these scopes. */
  accessToken(username: string, password: string, ...scopes: string[]): Promise<string>;
  /** A request with an access token. */
  request(accessToken: string, path: string, options?: HttpOptions): Promise<HttpAnswer>;
}

export function registryOf({ connection }: LocalAzure, index = 0): TestRegistry {
  const { loginServer } = connection.registries[index];
  const ask = (username: string, password: string, scopes: string[]) => {
    const query = new URLSearchParams({ service: loginServer });
    for (const scope of scopes) {
      query.append("scope", scope);
    }
    const basic = Buffer.from(`${username}:${password}`).toString("base64");
    return http(connection, `https://${loginServer}/oauth2/token?${query}`, {
      headers: { authorization: `Basic ${basic}` },
    });
  };
  return {
    login: async (username, password) => (await ask(username, password, [])).status,
    accessToken: async (username, password, ...scopes) =>
      (await ask(username, password, scopes)).body.access_token,
    request: (accessToken, path, options = {}) =>
      http(connection, `https://${loginServer}${path}`, {
        ...options,
        headers: { authorization: `Bearer ${accessToken}`, ...options.headers },
      }),
  };
}
