import type { Request, Response } from "../http.js";
import { hasAccess } from "./accessTokens.js";
import type { RegistryContext } from "./context.js";
import { deleteBlob, deleteManifest } from "./delete.js";
import * as metadata from "./metadata.js";
import { getBlob, getManifest, listReferrers, listTags } from "./pull.js";
import { putManifest } from "./push.js";
import { cancelUpload, continueUpload, finishUpload, startUpload, uploadStatus } from "./uploads.js";

/** The handler for a repository at one method and kind of path. */
export interface RepositoryRoute {
  /** The action that an access token must allow. */
  readonly action: string;
  /** @param reference the last segment of the path, such as a tag, a digest or an upload's id; "" without one */
  readonly work: (context: RegistryContext, name: string, reference: string, request: Request) => Response;
}

function on(action: string, work: RepositoryRoute["work"]): RepositoryRoute {
  return { action, work };
}

const pullManifest = on("pull", ({ registry }, name, reference) =>
  getManifest(registry.images, name, reference),
);
const pullBlob = on("pull", ({ registry }, ...rest) => getBlob(registry.images, ...rest));

/** Below /v2/{name}/. */
export const distributionRoutes: Readonly<Record<string, RepositoryRoute>> = {
  "GET tags/list": on("metadata_read", ({ registry }, name, _, request) =>
    listTags(registry.images, name, request),
  ),
  "GET manifests": pullManifest,
  "HEAD manifests": pullManifest,
  "GET referrers": on("pull", ({ registry }, ...rest) => listReferrers(registry.images, ...rest)),
  "GET blobs": pullBlob,
  "HEAD blobs": pullBlob,
  "POST blobs/uploads": on("push", (context, name, _, request) =>
    startUpload(context.registry.images, name, request, (from) =>
      hasAccess(context, request, { type: "repository", name: from, actions: ["pull"] }),
    ),
  ),
  "GET blobs/uploads": on("push", ({ registry }, name, id) => uploadStatus(registry.images, name, id)),
  "PATCH blobs/uploads": on("push", ({ registry }, ...rest) => continueUpload(registry.images, ...rest)),
  "PUT blobs/uploads": on("push", ({ registry }, ...rest) => finishUpload(registry.images, ...rest)),
  "DELETE blobs/uploads": on("push", ({ registry }, _, id) => cancelUpload(registry.images, id)),
  "PUT manifests": on("push", ({ registry }, ...rest) => putManifest(registry.images, ...rest)),
  "DELETE manifests": on("delete", ({ registry }, name, digest) =>
    deleteManifest(registry.images, name, digest),
  ),
  "DELETE blobs": on("delete", ({ registry }, name, digest) => deleteBlob(registry.images, name, digest)),
};

/** Below /acr/v1/{name}. A kind with a slash is a single tag or manifest. */
export const metadataRoutes: Readonly<Record<string, RepositoryRoute>> = {
  "GET repository": on("metadata_read", (context, name) => metadata.getRepository(context, name)),
  "PATCH repository": on("metadata_write", (context, name, _, request) =>
    metadata.patchRepository(context, name, request),
  ),
  "DELETE repository": on("delete", (context, name) => metadata.deleteRepository(context, name)),
  "GET _tags": on("metadata_read", (context, name, _, request) =>
    metadata.listTagMetadata(context, name, request),
  ),
  "GET _tags/": on("metadata_read", metadata.getTag),
  "PATCH _tags/": on("metadata_write", metadata.patchTag),
  "DELETE _tags/": on("delete", metadata.deleteTag),
  "GET _manifests": on("metadata_read", (context, name, _, request) =>
    metadata.listManifestMetadata(context, name, request),
  ),
  "GET _manifests/": on("metadata_read", metadata.getManifestMetadata),
  "PATCH _manifests/": on("metadata_write", metadata.patchManifest),
};
