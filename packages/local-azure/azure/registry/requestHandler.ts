import type { Handler, Request, Response } from "../http.js";
import { checkAccess } from "./accessTokens.js";
import { checkEnabled } from "./changeable.js";
import type { RegistryContext } from "./context.js";
import { RegistryError } from "./errors.js";
import { listRepositories } from "./metadata.js";
import { exchange, getToken, postToken } from "./oauth.js";
import { distributionRoutes, metadataRoutes, type RepositoryRoute } from "./routes.js";

/** The handler of a registry: sign-in, the distribution specification's API and Azure's metadata API. */
export function registryHandler(context: RegistryContext): Handler {
  return async (request) => {
    const response = refusalsAsAnswers(() => route(context, request));
    return {
      ...response,
      headers: { "docker-distribution-api-version": "registry/2.0", ...response.headers },
    };
  };
}

function route(context: RegistryContext, request: Request): Response {
  const path = decodePath(request.url.pathname);
  switch (`${request.method} ${path}`) {
    case "GET /oauth2/token":
      return getToken(context, request);
    case "POST /oauth2/token":
      return postToken(context, request);
    case "POST /oauth2/exchange":
      return exchange(context, request);
    case "GET /v2/_catalog":
    case "GET /acr/v1/_catalog":
      checkAccess(context, request, { type: "registry", name: "catalog", actions: ["*"] });
      return listRepositories(context, request);
  }
  if (path === "/v2/" || path === "/v2") {
    checkAccess(context, request);
    return { status: 200, body: {} };
  }
  return routeRepository(context, request, path);
}

function routeRepository(context: RegistryContext, request: Request, path: string): Response {
  const distribution = /^\/v2\/(.+?)\/(tags\/list|blobs\/uploads|blobs|manifests|referrers)(?:\/([^/]*))?$/;
  const metadata = /^\/acr\/v1\/(?!_)(.+?)(?:\/(_tags|_manifests)(\/[^/]+)?)?$/;
  const found = distribution.exec(path);
  if (found !== null) {
    const [, name, kind, reference = ""] = found;
    return run(context, request, distributionRoutes[`${request.method} ${kind}`], name, reference);
  }
  const foundMetadata = metadata.exec(path);
  if (foundMetadata !== null) {
    const [, name, kind = "repository", reference] = foundMetadata;
    const key = `${request.method} ${kind}${reference === undefined ? "" : "/"}`;
    return run(context, request, metadataRoutes[key], name, reference?.slice(1) ?? "");
  }
  throw new RegistryError(404, "UNSUPPORTED", `this registry has nothing at '${path}'`);
}

function run(
  context: RegistryContext,
  request: Request,
  entry: RepositoryRoute | undefined,
  name: string,
  reference: string,
): Response {
  if (entry === undefined) {
    throw new RegistryError(405, "UNSUPPORTED", "the operation is unsupported");
  }
  const { action, work } = entry;
  checkAccess(context, request, { type: "repository", name, actions: [action] });
  const attribute = attributes[action];
  if (attribute !== undefined) {
    checkEnabled(attribute, context.registry.images.repositories.get(name));
  }
  return work(context, name, reference, request);
}

/** The attribute of a repository that this action needs. Reading metadata needs none. */
const attributes: Readonly<Record<string, "readEnabled" | "writeEnabled">> = {
  pull: "readEnabled",
  push: "writeEnabled",
  delete: "writeEnabled",
};

function refusalsAsAnswers(work: () => Response): Response {
  try {
    return work();
  } catch (error) {
    if (error instanceof RegistryError) {
      return error.response();
    }
    throw error;
  }
}

/** Some clients encode the colon of a digest. A path with an invalid encoding stays unchanged and is not found. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
