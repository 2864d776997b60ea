import { randomUUID } from "node:crypto";
import type { Handler, Request, Response } from "../http.js";
import type { JwtSigner } from "../jwt.js";
import { Router } from "../router.js";
import { checkAccess } from "./access.js";
import { checkApiVersion, requireApiVersion } from "./apiVersion.js";
import { checkBearerToken } from "./authentication.js";
import { routeConnectedRegistries } from "./connectedRegistries.js";
import { type Context, registriesPath, subscriptionOf } from "./context.js";
import { AzureError } from "./errors.js";
import { routeGenerateCredentials } from "./generateCredentials.js";
import { routeLocks } from "./lockRoutes.js";
import { metadataEndpoints } from "./metadata.js";
import { routeRegistries } from "./registries.js";
import { routeResourceGroups } from "./resourceGroups.js";
import { routeScopeMaps } from "./scopeMaps.js";
import { routeSubscriptions } from "./subscriptions.js";
import { routeTokens } from "./tokens.js";
import { routeVaultSecrets } from "./vaultSecrets.js";
import { routeVaults, vaultLocationPath } from "./vaults.js";

// As recorded, in every response.
const everywhere = {
  "cache-control": "no-cache",
  expires: "-1",
  pragma: "no-cache",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** The handler of the resource manager's host. */
export function resourceManagerHandler(context: Context, signer: JwtSigner, authority: string): Handler {
  const { tenantId } = context.directory;
  const router = resourceRouter(context);
  return async (received) => {
    const request = withoutEmptySegments(received);
    const counted: Record<string, string> = {};
    const response = await errorsAsResponses(() => {
      if (request.method === "GET" && /^\/metadata\/endpoints\/?$/i.test(request.url.pathname)) {
        requireApiVersion(request);
        return metadataEndpoints(request, authority);
      }
      const caller = checkBearerToken(request, signer, authority, tenantId);
      const subscription = subscriptionOf(context, request.url.pathname);
      if (subscription !== undefined) {
        Object.assign(counted, context.throttle.count(caller, subscription.id, request.method));
      }
      checkApiVersion(request);
      if (subscription !== undefined) {
        checkAccess(request, caller, subscription);
        context.locks.check(request);
      }
      return router.route(request) ?? noRoute(request);
    });
    return {
      ...response,
      headers: { ...everywhere, ...requestIds(request), ...counted, ...response.headers },
    };
  };
}

function resourceRouter(context: Context): Router {
  const router = new Router();
  routeSubscriptions(router, context);
  routeLocks(router, context);
  routeResourceGroups(router, context);
  routeRegistries(router, context);
  routeScopeMaps(router, context);
  routeTokens(router, context);
  routeConnectedRegistries(router, context);
  routeVaults(router, context);
  routeVaultSecrets(router, context);
  routeGenerateCredentials(router, context);
  const registry = `${registriesPath}/{registry}`;
  const bases = ["/subscriptions/{subscription}", registry, `${registry}/{type}/{child}`, vaultLocationPath];
  for (const base of bases) {
    router
      .on("GET", `${base}/operationStatuses/{operation}`, (request, { operation }) =>
        context.operations.status(request, operation),
      )
      .on("GET", `${base}/operationResults/{operation}`, (request, { operation }) =>
        context.operations.result(request, operation),
      );
  }
  return router;
}

async function errorsAsResponses(work: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AzureError) {
      return error.response();
    }
    throw error;
  }
}

/** Azure reads several slashes as one: az sends such paths for locks. */
function withoutEmptySegments(request: Request): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/\/{2,}/g, "/");
  return { ...request, url };
}

function noRoute({ method, url }: Request): Response {
  throw new AzureError(
    404,
    "InvalidResourceType",
    `This Azure does not support '${method} ${url.pathname}'. It supports resource groups, locks, registries with scope maps, tokens and connected registries, and vaults with secrets.`,
  );
}

/** The ids of a request for logs, with the client's own id if the client asks for it. */
function requestIds({ headers }: Request): Record<string, string> {
  const clientId = headers["x-ms-client-request-id"];
  const wanted = String(headers["x-ms-return-client-request-id"]).toLowerCase() === "true";
  return {
    "x-ms-request-id": randomUUID(),
    "x-ms-correlation-request-id": String(headers["x-ms-correlation-request-id"] ?? randomUUID()),
    ...(wanted && clientId !== undefined && { "x-ms-client-request-id": String(clientId) }),
  };
}
