import type { Request, Response } from "../http.js";
import { checkDeletable, type Lockable } from "./changeable.js";
import type { RegistryContext } from "./context.js";
import { describeManifest, describeReferences, describeRepository, describeTag } from "./describe.js";
import { badRequest, RegistryError, repositoryUnknown } from "./errors.js";
import type { Images, Manifest, Repository, Tag } from "./images.js";
import { inOrder, pageOf } from "./pages.js";

// As many as az requests in a page. Azure's default is unknown.
const usualPage = 100;

/** GET of the names of the repositories, in order; ?n and ?last page through them. */
export function listRepositories({ registry }: RegistryContext, request: Request): Response {
  const names = [...registry.images.repositories.values()]
    .filter(({ manifests, changeable }) => manifests.size > 0 && changeable.listEnabled)
    .map(({ name }) => name)
    .sort();
  const { items, headers } = pageOf(request, names, (name) => name, usualPage);
  return { status: 200, headers, body: { repositories: items } };
}

/** GET of a repository's metadata. */
export function getRepository({ registry }: RegistryContext, name: string): Response {
  return { status: 200, body: describeRepository(registry, findRepository(registry.images, name)) };
}

/** PATCH of a repository's changeable attributes. */
export function patchRepository(context: RegistryContext, name: string, request: Request): Response {
  patch(findRepository(context.registry.images, name), request);
  return getRepository(context, name);
}

/** DELETE of a repository and its content, none of which may be locked. */
export function deleteRepository({ registry: { images } }: RegistryContext, name: string): Response {
  const repository = findRepository(images, name);
  const { manifests, tags } = repository;
  checkDeletable(repository, ...manifests.values(), ...tags.values());
  images.deleteRepository(repository);
  return {
    status: 202,
    body: { manifestsDeleted: [...manifests.keys()].sort(), tagsDeleted: [...tags.keys()].sort() },
  };
}

/** GET of the metadata of a repository's tags; ?digest selects the tags of one manifest. */
export function listTagMetadata({ registry }: RegistryContext, name: string, request: Request): Response {
  const repository = findRepository(registry.images, name);
  const digest = request.url.searchParams.get("digest");
  const listed = [...repository.tags.values()].filter(
    (tag) => tag.changeable.listEnabled && (digest === null || tag.digest === digest),
  );
  const nameOf = (tag: Tag) => tag.name;
  const { items, headers } = pageOf(request, inOrder(request, listed, nameOf), nameOf, usualPage);
  return {
    status: 200,
    headers,
    body: { registry: registry.loginServer, imageName: name, tags: items.map(describeTag) },
  };
}

/** GET of a tag's metadata. */
export function getTag({ registry }: RegistryContext, name: string, reference: string): Response {
  const { tag } = findTag(registry.images, name, reference);
  return {
    status: 200,
    body: { registry: registry.loginServer, imageName: name, tag: describeTag(tag) },
  };
}

/** PATCH of a tag's changeable attributes. */
export function patchTag(
  context: RegistryContext,
  name: string,
  reference: string,
  request: Request,
): Response {
  patch(findTag(context.registry.images, name, reference).tag, request);
  return getTag(context, name, reference);
}

/** DELETE of a tag, which keeps the manifest. */
export function deleteTag({ registry }: RegistryContext, name: string, reference: string): Response {
  const { repository, tag } = findTag(registry.images, name, reference);
  checkDeletable(tag);
  repository.tags.delete(tag.name);
  return { status: 202 };
}

/** GET of the metadata of a repository's manifests. */
export function listManifestMetadata(
  { registry }: RegistryContext,
  name: string,
  request: Request,
): Response {
  const repository = findRepository(registry.images, name);
  const listed = [...repository.manifests.values()].filter(({ changeable }) => changeable.listEnabled);
  const nameOf = (manifest: Manifest) => manifest.digest;
  const { items, headers } = pageOf(request, inOrder(request, listed, nameOf), nameOf, usualPage);
  return {
    status: 200,
    headers,
    body: {
      registry: registry.loginServer,
      imageName: name,
      manifests: items.map((manifest) => describeManifest(registry.images, repository, manifest)),
    },
  };
}

/** GET of a manifest's metadata by its digest. */
export function getManifestMetadata({ registry }: RegistryContext, name: string, digest: string): Response {
  const { repository, manifest } = findManifest(registry.images, name, digest);
  const described = describeManifest(registry.images, repository, manifest);
  return {
    status: 200,
    body: {
      registry: registry.loginServer,
      imageName: name,
      manifest: { ...described, references: describeReferences(manifest) },
    },
  };
}

/** PATCH of a manifest's changeable attributes. */
export function patchManifest(
  context: RegistryContext,
  name: string,
  digest: string,
  request: Request,
): Response {
  patch(findManifest(context.registry.images, name, digest).manifest, request);
  return getManifestMetadata(context, name, digest);
}

/** Changes the attributes in a body that this resource has, and ignores the others. */
function patch({ changeable }: Lockable, request: Request): void {
  const body = readBody(request);
  const named = Object.keys(changeable).filter((name) => body[name] !== undefined);
  for (const name of named) {
    if (typeof body[name] !== "boolean") {
      throw badRequest(`'${name}' is invalid: it must be true or false`);
    }
  }
  Object.assign(changeable, Object.fromEntries(named.map((name) => [name, body[name]])));
}

function readBody(request: Request): Record<string, unknown> {
  try {
    const body = JSON.parse(request.body.toString("utf8"));
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return body;
    }
  } catch {
    // Not JSON: refused below.
  }
  throw badRequest("the body is invalid: it must be a JSON object");
}

/** A repository with at least one manifest: a repository without manifests does not exist for clients. */
function findRepository(images: Images, name: string): Repository {
  const repository = images.repositories.get(name);
  if (repository === undefined || repository.manifests.size === 0) {
    throw repositoryUnknown(name);
  }
  return repository;
}

function findTag(images: Images, name: string, reference: string): { repository: Repository; tag: Tag } {
  const repository = images.repositories.get(name);
  const tag = repository?.tags.get(reference);
  if (repository === undefined || tag === undefined) {
    throw new RegistryError(404, "TAG_UNKNOWN", "the specified tag does not exist");
  }
  return { repository, tag };
}

function findManifest(
  images: Images,
  name: string,
  digest: string,
): { repository: Repository; manifest: Manifest } {
  const repository = images.repositories.get(name);
  const manifest = repository?.manifests.get(digest);
  if (repository === undefined || manifest === undefined) {
    throw new RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown");
  }
  return { repository, manifest };
}
