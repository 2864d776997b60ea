import type { Answer, Request } from "../http.js";
import { RegistryError } from "./errors.js";
import { digestOf, type Images } from "./images.js";
import { findManifest } from "./pull.js";

/**
 * POST of an upload: with ?digest the whole blob is in the body. A wish to mount a blob of another repository is ignored,
 * as the specification allows: the client then uploads it.
 */
export function startUpload(images: Images, name: string, request: Request): Answer {
  if (request.url.searchParams.has("digest")) {
    return storeBlob(images, name, request, request.body);
  }
  return describeUpload(202, name, images.startUpload(), 0);
}

/** GET of an upload: how much of it has arrived. */
export function uploadStatus(images: Images, name: string, id: string): Answer {
  return describeUpload(204, name, id, findUpload(images, id).length);
}

/** PATCH of an upload: one more chunk. */
export function continueUpload(images: Images, name: string, id: string, request: Request): Answer {
  const arrived = findUpload(images, id).length;
  const from = /^(\d+)-\d+$/.exec(String(request.headers["content-range"]))?.[1];
  if (from !== undefined && Number(from) !== arrived) {
    throw new RegistryError(
      416,
      "BLOB_UPLOAD_INVALID",
      `the chunk begins at ${from}, but ${arrived} bytes have arrived`,
    );
  }
  return describeUpload(202, name, id, images.appendToUpload(id, request.body).length);
}

/** PUT of an upload: the last chunk, perhaps empty, and the digest of it all. */
export function finishUpload(images: Images, name: string, id: string, request: Request): Answer {
  const bytes = Buffer.concat([findUpload(images, id), request.body]);
  const answer = storeBlob(images, name, request, bytes);
  images.endUpload(id);
  return answer;
}

/** DELETE of an upload. */
export function cancelUpload(images: Images, id: string): Answer {
  findUpload(images, id);
  images.endUpload(id);
  return { status: 204 };
}

/** PUT of a manifest, by tag or digest. Whatever it refers to must be there already. */
export function putManifest(images: Images, name: string, reference: string, request: Request): Answer {
  const bytes = request.body;
  const byDigest = reference.includes(":");
  if (byDigest && reference !== digestOf(bytes)) {
    throw digestInvalid(reference, bytes);
  }
  const content = readManifest(bytes);
  const missing = [content.config, ...(content.layers ?? [])].filter(
    (blob) => blob !== undefined && images.blob(name, blob.digest) === undefined,
  );
  const missingManifests = (content.manifests ?? []).filter(
    ({ digest }) => !images.repository(name).manifests.has(digest),
  );
  if (missing.length + missingManifests.length > 0) {
    const digests = [...missing, ...missingManifests].map((descriptor) => descriptor?.digest);
    throw new RegistryError(
      400,
      "MANIFEST_BLOB_UNKNOWN",
      "manifest refers to content unknown to registry",
      {},
      { digests },
    );
  }
  const mediaType = request.headers["content-type"] ?? content.mediaType ?? "application/octet-stream";
  const digest = images.addManifest(name, { mediaType, bytes }, byDigest ? undefined : reference);
  return {
    status: 201,
    headers: { location: `/v2/${name}/manifests/${digest}`, "docker-content-digest": digest },
  };
}

/** DELETE of a manifest by its digest, and of the tags that point to it. */
export function deleteManifest(images: Images, name: string, reference: string): Answer {
  const { repository, digest } = findManifest(images, name, reference);
  if (reference !== digest) {
    throw new RegistryError(405, "UNSUPPORTED", "a manifest is deleted by its digest, not by a tag");
  }
  repository.manifests.delete(digest);
  for (const [tag, target] of repository.tags) {
    if (target === digest) {
      repository.tags.delete(tag);
    }
  }
  return { status: 202 };
}

interface Descriptor {
  readonly digest: string;
}

interface ManifestContent {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

function readManifest(bytes: Buffer): ManifestContent {
  try {
    const content = JSON.parse(bytes.toString("utf8"));
    if (content?.schemaVersion === 2) {
      return content;
    }
  } catch {
    // Not JSON: refused below.
  }
  throw new RegistryError(400, "MANIFEST_INVALID", "manifest invalid: it must be JSON of schemaVersion 2");
}

function storeBlob(images: Images, name: string, request: Request, bytes: Buffer): Answer {
  const expected = request.url.searchParams.get("digest") ?? "";
  if (expected !== digestOf(bytes)) {
    throw digestInvalid(expected, bytes);
  }
  const digest = images.addBlob(name, bytes);
  return {
    status: 201,
    headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest },
  };
}

function describeUpload(status: number, name: string, id: string, arrived: number): Answer {
  return {
    status,
    headers: {
      location: `/v2/${name}/blobs/uploads/${id}`,
      "docker-upload-uuid": id,
      range: `0-${Math.max(0, arrived - 1)}`,
    },
  };
}

function findUpload(images: Images, id: string): Buffer {
  const bytes = images.upload(id);
  if (bytes === undefined) {
    throw new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }
  return bytes;
}

function digestInvalid(expected: string, bytes: Buffer): RegistryError {
  return new RegistryError(
    400,
    "DIGEST_INVALID",
    `provided digest '${expected}' did not match uploaded content, ${digestOf(bytes)}`,
  );
}
