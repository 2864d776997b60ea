import type { Response } from "../http.js";
import { checkDeletable } from "./changeable.js";
import { blobUnknown, RegistryError } from "./errors.js";
import { type Images, type Manifest, type Repository, referrersOf, tagsOf } from "./images.js";
import { findManifest } from "./pull.js";

/** DELETE of a manifest by its digest, with the tags that point to it and every manifest that refers to it. */
export function deleteManifest(images: Images, name: string, reference: string): Response {
  const { repository, manifest } = findManifest(images, name, reference);
  if (reference !== manifest.digest) {
    throw new RegistryError(405, "UNSUPPORTED", "a manifest is deleted by its digest, not by a tag");
  }
  const manifests = withReferrers(repository, manifest);
  const tags = manifests.flatMap((each) => tagsOf(repository, each));
  checkDeletable(...manifests, ...tags);
  for (const { digest } of manifests) {
    repository.manifests.delete(digest);
  }
  for (const tag of tags) {
    repository.tags.delete(tag.name);
  }
  return { status: 202 };
}

/** DELETE of a blob. As in the specification, a blob that a manifest needs can be deleted. */
export function deleteBlob(images: Images, name: string, digest: string): Response {
  const repository = images.repositories.get(name);
  if (!repository?.blobs.has(digest)) {
    throw blobUnknown(digest);
  }
  images.deleteBlob(repository, digest);
  return { status: 202, headers: { "docker-content-digest": digest } };
}

/**
 * A manifest and, recursively, every manifest that refers to it: Azure deletes them together (documentation on OCI
 * artifacts: deleting the root of a graph deletes the graph).
 */
function withReferrers(repository: Repository, manifest: Manifest): Manifest[] {
  return [
    manifest,
    ...referrersOf(repository, manifest.digest).flatMap((each) => withReferrers(repository, each)),
  ];
}
