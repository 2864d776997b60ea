import type { Answer, Request } from "../http.js";
import { RegistryError } from "./errors.js";
import type { Images, Manifest, Repository } from "./images.js";

/** GET or HEAD of a manifest, by tag or digest. */
export function getManifest(images: Images, name: string, reference: string): Answer {
  const { digest, manifest } = findManifest(images, name, reference);
  return {
    status: 200,
    headers: { "content-type": manifest.mediaType, "docker-content-digest": digest, etag: `"${digest}"` },
    body: manifest.bytes,
  };
}

/** GET or HEAD of a blob. */
export function getBlob(images: Images, name: string, digest: string): Answer {
  const body = images.blob(name, digest);
  if (body === undefined) {
    throw new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", {}, { digest });
  }
  return {
    status: 200,
    headers: { "content-type": "application/octet-stream", "docker-content-digest": digest },
    body,
  };
}

/** GET of the tags of a repository, in order; ?n and ?last page through them. */
export function listTags(images: Images, name: string, request: Request): Answer {
  const { tags } = findRepository(images, name);
  const last = request.url.searchParams.get("last") ?? "";
  const most = request.url.searchParams.get("n");
  if (most !== null && !/^\d+$/.test(most)) {
    throw new RegistryError(
      400,
      "PAGINATION_NUMBER_INVALID",
      `n '${most}' is invalid: it must be a whole number`,
    );
  }
  const left = [...tags.keys()].sort().filter((tag) => tag > last);
  const page = left.slice(0, most === null ? undefined : Number(most));
  const more = page.length > 0 && page.length < left.length;
  const next = `/v2/${name}/tags/list?last=${encodeURIComponent(page.at(-1) ?? "")}&n=${most}`;
  return { status: 200, headers: more ? { link: `<${next}>; rel="next"` } : {}, body: { name, tags: page } };
}

/** The manifest that a tag or a digest names. */
export function findManifest(
  images: Images,
  name: string,
  reference: string,
): { repository: Repository; digest: string; manifest: Manifest } {
  const repository = findRepository(images, name);
  const digest = reference.includes(":") ? reference : (repository.tags.get(reference) ?? "");
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
  return { repository, digest, manifest };
}

function findRepository(images: Images, name: string): Repository {
  const repository = images.repositories.get(name);
  if (repository === undefined) {
    throw new RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", {}, { name });
  }
  return repository;
}
