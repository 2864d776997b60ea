import type { Request, Response } from "../http.js";
import { checkEnabled } from "./changeable.js";
import { type Descriptor, digestInvalid, digestOf, readManifest } from "./content.js";
import { RegistryError } from "./errors.js";
import type { Images } from "./images.js";

/** Layers whose licence forbids to push them, such as those of Windows: clients pull them from another registry. */
const elsewhere = /\.(nondistributable|foreign)\./;

/**
 * PUT of a manifest, by tag or digest. Its blobs and manifests must exist. Its subject may be missing: a client may push a
 * signature before the image.
 */
export function putManifest(images: Images, name: string, reference: string, request: Request): Response {
  const bytes = request.body;
  const tag = reference.includes(":") ? undefined : reference;
  const digest = digestOf(bytes);
  if (tag === undefined && reference !== digest) {
    throw digestInvalid(reference, bytes);
  }
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new RegistryError(400, "TAG_INVALID", `the tag '${tag}' is invalid`);
  }
  const content = readManifest(bytes);
  const repository = images.repositories.get(name);
  checkEnabled("writeEnabled", repository?.manifests.get(digest), repository?.tags.get(reference));
  const layers = (content.layers ?? []).filter(({ mediaType }) => !elsewhere.test(mediaType ?? ""));
  const missing = [content.config, ...layers].filter(
    (blob): blob is Descriptor => blob !== undefined && images.blob(name, blob.digest) === undefined,
  );
  const missingManifests = (content.manifests ?? []).filter(
    (manifest) => !repository?.manifests.has(manifest.digest),
  );
  if (missing.length + missingManifests.length > 0) {
    throw new RegistryError(
      400,
      "MANIFEST_BLOB_UNKNOWN",
      "manifest refers to content unknown to registry",
      {},
      { digests: [...missing, ...missingManifests].map((descriptor) => descriptor.digest) },
    );
  }
  // The specification: the registry should ignore parameters of the type.
  const contentType = request.headers["content-type"]?.split(";")[0].trim();
  images.addManifest(name, contentType || content.mediaType || "application/octet-stream", bytes, tag);
  return {
    status: 201,
    headers: {
      location: `/v2/${name}/manifests/${digest}`,
      "docker-content-digest": digest,
      // Tells the client that the registry has the referrers API: else the client keeps its own list under a tag.
      ...(content.subject !== undefined && { "oci-subject": content.subject.digest }),
    },
  };
}
