import { createHash } from "node:crypto";
import type { LocalAzure } from "local-azure";
import { expect } from "vitest";
import { type HttpAnswer, type HttpOptions, http, makeToken, registryOf, signIn } from "./support.js";

export const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";

/** Requests to one repository: a path is relative to /v2/{repository}/, or absolute with a leading slash. */
export type Ask = (path: string, options?: HttpOptions) => Promise<HttpAnswer>;

const everything = ["content/read", "content/write", "content/delete", "metadata/read", "metadata/write"];

let clients = 0;

/** Requests to one repository by a new token with these actions. Default: all actions. */
export async function open(azure: LocalAzure, repository: string, actions = everything): Promise<Ask> {
  clients++;
  const { name, passwords } = await makeToken(azure, {
    name: `client-${clients}`,
    actions: actions.map((action) => `repositories/${repository}/${action}`),
  });
  const access = await registryOf(azure).accessToken(name, passwords[0], `repository:${repository}:*`);
  return requests(azure, repository, access);
}

/** Requests to one repository, and to the catalog, by the identity of the local Azure, as `az acr` sends them. */
export async function openAsOwner(azure: LocalAzure, repository: string): Promise<Ask> {
  const { connection } = azure;
  const { loginServer: service } = connection.registries[0];
  const post = (path: string, form: Record<string, string>) =>
    http(connection, `https://${service}${path}`, {
      method: "POST",
      body: new URLSearchParams({ service, ...form }).toString(),
    });
  const exchanged = await post("/oauth2/exchange", {
    grant_type: "access_token",
    access_token: await signIn(azure, "https://containerregistry.azure.net"),
  });
  const redeemed = await post("/oauth2/token", {
    grant_type: "refresh_token",
    refresh_token: exchanged.body.refresh_token,
    scope: `repository:${repository}:* registry:catalog:*`,
  });
  return requests(azure, repository, redeemed.body.access_token);
}

function requests(azure: LocalAzure, repository: string, access: string): Ask {
  const { request } = registryOf(azure);
  return (path, options) =>
    request(access, path.startsWith("/") ? path : `/v2/${repository}/${path}`, options);
}

export const sha256 = (bytes: Buffer | string) =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Pushes a blob and returns its digest. */
export async function pushBlob(ask: Ask, content: string): Promise<string> {
  const digest = sha256(content);
  const answer = await ask(`blobs/uploads/?digest=${digest}`, { method: "POST", body: content });
  expect(answer.status).toBe(201);
  return digest;
}

/** Pushes a manifest, by its digest if no tag is given. */
export async function pushManifest(
  ask: Ask,
  manifest: object,
  options: { tag?: string; type?: string } = {},
): Promise<{ answer: HttpAnswer; digest: string; text: string }> {
  const text = JSON.stringify({ schemaVersion: 2, ...manifest });
  const digest = sha256(text);
  const { tag = digest, type = ociManifest } = options;
  const answer = await ask(`manifests/${tag}`, {
    method: "PUT",
    body: text,
    headers: { "content-type": type },
  });
  expect(answer.status).toBe(201);
  return { answer, digest, text };
}

/** Pushes an image of one layer and returns its digest. */
export async function pushImage(ask: Ask, tag: string, layer = tag): Promise<string> {
  const config = JSON.stringify({ architecture: "arm64", os: "linux" });
  const { digest } = await pushManifest(
    ask,
    {
      config: { digest: await pushBlob(ask, config), size: config.length, mediaType: "application/x-config" },
      layers: [{ digest: await pushBlob(ask, layer), size: layer.length }],
    },
    { tag },
  );
  return digest;
}

/** A response's status and, if it is an error, its code. */
export async function outcome(answer: Promise<HttpAnswer>): Promise<string> {
  const { status, body } = await answer;
  return [status, body?.errors?.[0].code].filter((part) => part !== undefined).join(" ");
}
