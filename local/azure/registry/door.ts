import type { Answer, Handler, Request } from "../http.js";
import { checkAccess, type DoorContext } from "./authorization.js";
import { RegistryError } from "./errors.js";
import { getToken, postToken } from "./oauth.js";
import { getBlob, getManifest, listTags } from "./pull.js";
import {
  cancelUpload,
  continueUpload,
  deleteManifest,
  finishUpload,
  putManifest,
  startUpload,
  uploadStatus,
} from "./push.js";

/** The handler of a registry's own door: sign-in, and the distribution specification's API. */
export function doorHandler(context: DoorContext): Handler {
  return async (request) => {
    const answer = refusalsAsAnswers(() => route(context, request));
    return { ...answer, headers: { "docker-distribution-api-version": "registry/2.0", ...answer.headers } };
  };
}

function route(context: DoorContext, request: Request): Answer {
  const path = decodePath(request.url.pathname);
  if (path === "/oauth2/token" && request.method === "GET") {
    return getToken(context, request);
  }
  if (path === "/oauth2/token" && request.method === "POST") {
    return postToken(context, request);
  }
  if (path === "/v2/" || path === "/v2") {
    checkAccess(context, request);
    return { status: 200, body: {} };
  }
  if (path === "/v2/_catalog") {
    // Always refused: see allowedActions.
    checkAccess(context, request, { type: "registry", name: "catalog", actions: ["*"] });
  }
  return routeRepository(context, request, path);
}

type Work = (name: string, reference: string) => Answer;

function routeRepository(context: DoorContext, request: Request, path: string): Answer {
  const images = context.registry.images;
  const found = /^\/v2\/(.+?)\/(tags\/list|blobs\/uploads|blobs|manifests)(?:\/([^/]*))?$/.exec(path);
  if (found === null) {
    throw new RegistryError(404, "UNSUPPORTED", `this registry has nothing at '${path}'`);
  }
  const [, name, kind, reference = ""] = found;
  const pull: [string, Work] = ["pull", (kind === "blobs" ? getBlob : getManifest).bind(undefined, images)];
  const routes: Record<string, [action: string, work: Work]> = {
    "GET tags/list": ["metadata_read", () => listTags(images, name, request)],
    "GET manifests": pull,
    "HEAD manifests": pull,
    "GET blobs": pull,
    "HEAD blobs": pull,
    "POST blobs/uploads": ["push", () => startUpload(images, name, request)],
    "GET blobs/uploads": ["push", () => uploadStatus(images, name, reference)],
    "PATCH blobs/uploads": ["push", () => continueUpload(images, name, reference, request)],
    "PUT blobs/uploads": ["push", () => finishUpload(images, name, reference, request)],
    "DELETE blobs/uploads": ["push", () => cancelUpload(images, reference)],
    "PUT manifests": ["push", () => putManifest(images, name, reference, request)],
    "DELETE manifests": ["delete", () => deleteManifest(images, name, reference)],
  };
  const entry = routes[`${request.method} ${kind}`];
  if (entry === undefined) {
    throw new RegistryError(405, "UNSUPPORTED", "the operation is unsupported");
  }
  const [action, work] = entry;
  checkAccess(context, request, { type: "repository", name, actions: [action] });
  return work(name, reference);
}

function refusalsAsAnswers(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof RegistryError) {
      return error.answer();
    }
    throw error;
  }
}

/** Some clients encode the colon of a digest. A path that is not validly encoded stands for itself and is not found. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
