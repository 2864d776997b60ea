import { type Answer, basicAuthorization, type Request } from "../http.js";
import { type DoorContext, issueAccessToken, signIn } from "./authorization.js";
import { RegistryError, unauthorized } from "./errors.js";
import { type Access, parseScope } from "./scopes.js";

/** GET /oauth2/token with Basic authorization, as Docker's clients ask. */
export function getToken(context: DoorContext, request: Request): Answer {
  const credentials = basicAuthorization(request);
  if (credentials === undefined) {
    throw unauthorized();
  }
  return answerToken(context, credentials.username, credentials.password, request.url.searchParams);
}

/** POST /oauth2/token with a form of grant_type=password. */
export function postToken(context: DoorContext, request: Request): Answer {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const grantType = form.get("grant_type");
  if (grantType !== "password") {
    throw new RegistryError(
      400,
      "UNSUPPORTED",
      `grant_type '${grantType}' is not supported: it must be password`,
    );
  }
  return answerToken(context, form.get("username") ?? "", form.get("password") ?? "", form);
}

function answerToken(
  context: DoorContext,
  username: string,
  password: string,
  query: URLSearchParams,
): Answer {
  const token = signIn(context, username, password);
  const service = query.get("service");
  if (service !== null && service !== context.registry.loginServer) {
    throw new RegistryError(
      400,
      "UNSUPPORTED",
      `service '${service}' is not this registry, ${context.registry.loginServer}`,
    );
  }
  return { status: 200, body: { access_token: issueAccessToken(context, token, readScopes(query)) } };
}

/** Scopes come as several parameters, or as one with spaces between them. */
function readScopes(query: URLSearchParams): Access[] {
  return query
    .getAll("scope")
    .flatMap((scopes) => scopes.split(" "))
    .filter((scope) => scope !== "")
    .map((scope) => {
      const access = parseScope(scope);
      if (access === undefined) {
        throw new RegistryError(
          400,
          "UNSUPPORTED",
          `scope '${scope}' is invalid: it must be <type>:<name>:<actions>`,
        );
      }
      return access;
    });
}
