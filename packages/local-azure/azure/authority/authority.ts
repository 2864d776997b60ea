import { randomUUID } from "node:crypto";
import { basicAuthorization, type Handler, type Request, type Response } from "../http.js";
import type { Directory, Identity } from "../identity.js";
import type { JwtSigner } from "../jwt.js";
import { Router } from "../router.js";

const accessTokenLifetimeSeconds = 3600;
/** Names for any tenant of an account: `az logout` requests one of them. */
const anyTenant = ["common", "organizations"];
const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The handler of the sign-in host: OpenID discovery, and access tokens for the service principals. */
export function authorityHandler(directory: Directory, signer: JwtSigner): Handler {
  const router = new Router()
    .on("GET", "/common/discovery/instance", (request) => ({ status: 200, body: instanceDiscovery(request) }))
    .on("GET", "/{tenant}/v2.0/.well-known/openid-configuration", (request, { tenant }) =>
      tenant === directory.tenantId || anyTenant.includes(tenant)
        ? { status: 200, body: openIdConfiguration(request, tenant) }
        : noTenant(tenant),
    )
    .on("GET", "/{tenant}/discovery/v2.0/keys", () => ({ status: 200, body: { keys: [] } }))
    .on("POST", "/{tenant}/oauth2/v2.0/token", (request, { tenant }) =>
      tenant === directory.tenantId ? issueToken(request, directory, signer) : noTenant(tenant),
    );
  return (request) => router.route(request) ?? { status: 404 };
}

/** The client id in a token request, without any check of its credentials. */
export function namedClientId(request: Request): string | undefined {
  const named = basicAuthorization(request)?.username ?? readForm(request).get("client_id");
  return named ?? undefined;
}

function readForm(request: Request): URLSearchParams {
  return new URLSearchParams(request.body.toString("utf8"));
}

function openIdConfiguration(request: Request, tenant: string): object {
  const base = `${request.url.origin}/${tenant}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    response_types_supported: ["token"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function instanceDiscovery(request: Request): object {
  const host = request.url.host;
  return {
    tenant_discovery_endpoint: `${request.url.origin}/common/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function issueToken(request: Request, { tenantId, identities }: Directory, signer: JwtSigner): Response {
  const form = readForm(request);
  const clientId = namedClientId(request);
  const identity = Object.values(identities).find((known) => known.clientId === clientId);
  const clientSecret = basicAuthorization(request)?.password ?? form.get("client_secret");
  const scope = form.get("scope") ?? "";
  if (form.get("grant_type") !== "client_credentials") {
    return refusal(
      400,
      "unsupported_grant_type",
      70003,
      `The app requested an unsupported grant type '${form.get("grant_type")}'.`,
    );
  }
  if (identity === undefined) {
    return refusal(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`,
    );
  }
  const assertion = form.get("client_assertion");
  if (clientSecret === null && assertion === null) {
    return refusal(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (
    assertion !== null &&
    (assertion !== identity.oidcToken || form.get("client_assertion_type") !== jwtBearer)
  ) {
    return refusal(
      401,
      "invalid_client",
      700213,
      `No matching federated identity record found for the presented assertion of app '${clientId}'.`,
    );
  }
  if (assertion === null && clientSecret !== identity.clientSecret) {
    return refusal(
      401,
      "invalid_client",
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    );
  }
  const resource = /(?:^|\s)(\S+)\/\.default(?:\s|$)/.exec(scope)?.[1];
  if (resource === undefined) {
    return refusal(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return {
    status: 200,
    headers: { "cache-control": "no-store" },
    body: {
      token_type: "Bearer",
      expires_in: accessTokenLifetimeSeconds,
      ext_expires_in: accessTokenLifetimeSeconds,
      access_token: signer.sign(claims(request, tenantId, identity, resource)),
    },
  };
}

function claims(request: Request, tenantId: string, identity: Identity, resource: string): object {
  // The system's clock instead of this Azure's clock: clients compare the expiry with the system's clock.
  const now = Math.floor(Date.now() / 1000);
  return {
    aud: resource,
    iss: `${request.url.origin}/${tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + accessTokenLifetimeSeconds,
    appid: identity.clientId,
    idtyp: "app",
    oid: identity.clientId,
    sub: identity.clientId,
    tid: tenantId,
    ver: "1.0",
  };
}

function noTenant(tenant: string): Response {
  return refusal(
    400,
    "invalid_request",
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}

function refusal(status: number, error: string, code: number, message: string): Response {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date().toISOString().replace("T", " ").replace(/\.\d+/, "");
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  };
}
