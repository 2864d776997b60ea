import type { Request, Response } from "../http.js";
import { checkEnabled } from "./changeable.js";
import { blobUnknown, RegistryError, repositoryUnknown } from "./errors.js";
import { type Images, type Manifest, type Repository, referrersOf } from "./images.js";
import { pageOf } from "./pages.js";

const indexType = "application/vnd.oci.image.index.v1+json";

/** GET or HEAD of a manifest, by tag or digest. */
export function getManifest(images: Images, name: string, reference: string): Response {
  const { repository, manifest } = findManifest(images, name, reference);
  checkEnabled("readEnabled", manifest, repository.tags.get(reference));
  const { digest, mediaType, bytes } = manifest;
  return {
    status: 200,
    headers: { "content-type": mediaType, "docker-content-digest": digest, etag: `"${digest}"` },
    body: bytes,
  };
}

/** GET or HEAD of a blob, with range requests, which Azure's SDKs send. */
export function getBlob(images: Images, name: string, digest: string, request: Request): Response {
  const bytes = images.blob(name, digest);
  if (bytes === undefined) {
    throw blobUnknown(digest);
  }
  const headers = {
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    "accept-ranges": "bytes",
  };
  const range = request.method === "GET" ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") : null;
  if (range === null) {
    return { status: 200, headers, body: bytes };
  }
  const from = Number(range[1]);
  const body = bytes.subarray(from, range[2] === "" ? undefined : Number(range[2]) + 1);
  if (body.length === 0) {
    throw new RegistryError(416, "RANGE_INVALID", `the blob has no bytes ${range[1]}-${range[2]}`, {
      "content-range": `bytes */${bytes.length}`,
    });
  }
  const contentRange = `bytes ${from}-${from + body.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, body };
}

/** GET of the tags of a repository, in order; ?n and ?last page through them. */
export function listTags(images: Images, name: string, request: Request): Response {
  const { tags } = findRepository(images, name);
  const listed = [...tags.values()].filter(({ changeable }) => changeable.listEnabled);
  const names = listed.map((tag) => tag.name).sort();
  const { items, headers } = pageOf(request, names, (tag) => tag);
  return { status: 200, headers, body: { name, tags: items } };
}

/**
 * GET of the manifests whose subject is this digest, as an index; ?artifactType selects one type. Without such manifests,
 * and even for a missing subject, the index is empty: a 404 would mean that the registry does not support this API.
 */
export function listReferrers(images: Images, name: string, digest: string, request: Request): Response {
  if (!/^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest)) {
    throw new RegistryError(400, "DIGEST_INVALID", `'${digest}' is not a digest`);
  }
  const repository = images.repositories.get(name);
  const artifactType = request.url.searchParams.get("artifactType");
  const manifests = (repository === undefined ? [] : referrersOf(repository, digest))
    .map(describeReferrer)
    .filter((referrer) => artifactType === null || referrer.artifactType === artifactType);
  return {
    status: 200,
    headers: {
      "content-type": indexType,
      ...(artifactType !== null && { "oci-filters-applied": "artifactType" }),
    },
    body: { schemaVersion: 2, mediaType: indexType, manifests },
  };
}

function describeReferrer({ mediaType, bytes, digest, content }: Manifest) {
  return {
    mediaType,
    size: bytes.length,
    digest,
    // The type of an image without an artifactType is the type of its config. An index has no config.
    artifactType: content.artifactType || content.config?.mediaType,
    annotations: content.annotations,
  };
}

/** The manifest that a tag or a digest names. */
export function findManifest(
  images: Images,
  name: string,
  reference: string,
): { repository: Repository; manifest: Manifest } {
  const repository = findRepository(images, name);
  const digest = reference.includes(":") ? reference : (repository.tags.get(reference)?.digest ?? "");
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) {
    throw new RegistryError(
      404,
      "MANIFEST_UNKNOWN",
      `manifest tagged by "${reference}" is not found`,
      {},
      { name, reference },
    );
  }
  return { repository, manifest };
}

function findRepository(images: Images, name: string): Repository {
  const repository = images.repositories.get(name);
  if (repository === undefined) {
    throw repositoryUnknown(name);
  }
  return repository;
}
