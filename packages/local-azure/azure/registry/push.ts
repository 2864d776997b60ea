import type { Request, Response } from "../http.js";
import { checkEnabled } from "./changeable.js";
import { type Descriptor, digestInvalid, digestOf, readManifest } from "./content.js";
import { RegistryError } from "./errors.js";
import type { Images } from "./images.js";

/** Layers that clients do not push, as their licence forbids it, such as those of Windows: they pull them elsewhere. */
const elsewhere = /\.(nondistributable|foreign)\./;

/**
 * PUT of a manifest, by tag or digest. Everything that it is made of must be there already; its subject need not be, as a
 * signature may be pushed before what it signs.
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
      // Tells the client that the referrers API knows of it: else it would keep a list of its own under a tag.
      ...(content.subject !== undefined && { "oci-subject": content.subject.digest }),
    },
  };
}
