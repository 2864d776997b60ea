import { randomUUID } from "node:crypto";
import type { Answer, Handler, Request } from "../http.js";
import type { JwtSigner } from "../jwt.js";
import { Router } from "../router.js";
import { checkApiVersion } from "./apiVersion.js";
import { checkBearerToken } from "./authentication.js";
import { type Context, checkSubscription, registriesPath } from "./context.js";
import { AzureError } from "./errors.js";
import { routeGenerateCredentials } from "./generateCredentials.js";
import { metadataEndpoints } from "./metadata.js";
import { routeRegistries } from "./registries.js";
import { routeResourceGroups } from "./resourceGroups.js";
import { routeScopeMaps } from "./scopeMaps.js";
import { routeSubscriptions } from "./subscriptions.js";
import { routeTokens } from "./tokens.js";

/** The handler of the resource manager's host. */
export function resourceManagerHandler(context: Context, signer: JwtSigner, authority: string): Handler {
  const { tenantId } = context.identity;
  const router = resourceRouter(context);
  return async (request) => {
    const answer = await refusalsAsAnswers(() => {
      if (request.method === "GET" && /^\/metadata\/endpoints\/?$/i.test(request.url.pathname)) {
        checkApiVersion(request);
        return metadataEndpoints(request, authority, tenantId);
      }
      checkBearerToken(request, signer, authority, tenantId);
      checkApiVersion(request);
      checkSubscription(context, request.url.pathname);
      return router.route(request) ?? noRoute(request);
    });
    return { ...answer, headers: { ...requestIds(request), ...answer.headers } };
  };
}

function resourceRouter(context: Context): Router {
  const router = new Router();
  routeSubscriptions(router, context.identity);
  routeResourceGroups(router, context);
  routeRegistries(router, context);
  routeScopeMaps(router, context);
  routeTokens(router, context);
  routeGenerateCredentials(router, context);
  for (const base of ["/subscriptions/{subscription}", `${registriesPath}/{registry}`]) {
    router
      .on("GET", `${base}/operationStatuses/{operation}`, (_, { operation }) =>
        context.operations.status(operation),
      )
      .on("GET", `${base}/operationResults/{operation}`, (request, { operation }) =>
        context.operations.result(request, operation),
      );
  }
  return router;
}

async function refusalsAsAnswers(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AzureError) {
      return error.answer();
    }
    throw error;
  }
}

function noRoute({ method, url }: Request): Answer {
  throw new AzureError(
    404,
    "InvalidResourceType",
    `This Azure has nothing at '${method} ${url.pathname}'. It has resource groups, and registries with scope maps and tokens.`,
  );
}

/** The ids by which a request is found again in logs; the client's own where it wants it back. */
function requestIds({ headers }: Request): Record<string, string> {
  const clientId = headers["x-ms-client-request-id"];
  const wanted = String(headers["x-ms-return-client-request-id"]).toLowerCase() === "true";
  return {
    "x-ms-request-id": randomUUID(),
    "x-ms-correlation-request-id": String(headers["x-ms-correlation-request-id"] ?? randomUUID()),
    ...(wanted && clientId !== undefined && { "x-ms-client-request-id": String(clientId) }),
  };
}
