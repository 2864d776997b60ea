import type { Answer, Request } from "../http.js";
import type { Parameters, Router } from "../router.js";
import { type Password, passwordNames, type Registry, type Token } from "../state.js";
import { type JsonObject, objectMember, readBody, textMember } from "./body.js";
import { type Context, describeSystemData, findChild, findRegistry, registriesPath } from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { checkName, checkRoom } from "./limits.js";
import { keptPasswords } from "./passwords.js";

/** The routes of registries/{registry}/tokens. */
export function routeTokens(router: Router, context: Context): void {
  const collection = `${registriesPath}/{registry}/tokens`;
  const describe = (token: Token) => describeToken(context, token);
  router
    .on("GET", collection, (_, parameters) => {
      const { tokens } = findRegistry(context, parameters);
      return { status: 200, body: { value: [...tokens].map(describe) } };
    })
    .on("GET", `${collection}/{token}`, (_, parameters) => {
      const { tokens } = findRegistry(context, parameters);
      return { status: 200, body: describe(findChild(tokens, parameters.token)) };
    })
    .on("PUT", `${collection}/{token}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{token}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${collection}/{token}`, (request, parameters) => remove(context, request, parameters));
}

/** Refuses a write to a token while an operation on it is under way. */
export function checkIdle({ name, busy }: Token): void {
  if (busy) {
    throw new AzureError(
      409,
      "Conflict",
      `Another operation on the token '${name}' is in progress. Retry when it has completed.`,
    );
  }
}

/** Replaces the token: a password that the body does not name is dropped, so a body without credentials drops them all. */
function put(context: Context, request: Request, parameters: Parameters): Answer {
  const registry = findRegistry(context, parameters);
  const name = parameters.token;
  checkName("token", name);
  const existing = registry.tokens.get(name);
  if (existing === undefined) {
    checkRoom("tokens", registry.tokens.size, registry.sku);
  } else {
    checkIdle(existing);
  }
  const properties = objectMember(readBody(request), "properties") ?? {};
  const scopeMapId = readScopeMapId(registry, properties);
  if (scopeMapId === undefined) {
    throw badRequest("InvalidRequestContent", "The token is invalid: 'properties.scopeMapId' is missing.");
  }
  const status = readStatus(properties) ?? "enabled";
  const passwords = keptPasswords(existing?.passwords ?? {}, objectMember(properties, "credentials")) ?? {};
  const token = existing ?? newToken(context, registry, name, scopeMapId);
  Object.assign(token, { scopeMapId, status, passwords });
  registry.tokens.add(token);
  return startWrite(context, request, registry, token, existing ? "Updating" : "Creating");
}

/** Changes what the body names and leaves the rest alone, passwords included. */
function patch(context: Context, request: Request, parameters: Parameters): Answer {
  const registry = findRegistry(context, parameters);
  const token = findChild(registry.tokens, parameters.token);
  checkIdle(token);
  const properties = objectMember(readBody(request), "properties") ?? {};
  const scopeMapId = readScopeMapId(registry, properties) ?? token.scopeMapId;
  const status = readStatus(properties) ?? token.status;
  const passwords =
    keptPasswords(token.passwords, objectMember(properties, "credentials")) ?? token.passwords;
  Object.assign(token, { scopeMapId, status, passwords });
  return startWrite(context, request, registry, token, "Updating");
}

function remove(context: Context, request: Request, parameters: Parameters): Answer {
  const registry = findRegistry(context, parameters);
  const token = registry.tokens.get(parameters.token);
  if (token === undefined) {
    return { status: 204 };
  }
  checkIdle(token);
  token.busy = true;
  token.provisioningState = "Deleting";
  return context.operations.start(request, registry.id, "location", { status: 202 }, { status: 200 }, () =>
    registry.tokens.delete(token.name),
  );
}

function startWrite(
  context: Context,
  request: Request,
  registry: Registry,
  token: Token,
  provisioningState: "Creating" | "Updating",
): Answer {
  token.systemData.lastModifiedAt = context.clock.stamp();
  token.busy = true;
  token.provisioningState = provisioningState;
  const first = { status: 201, body: describeToken(context, token) };
  return context.operations.start(
    request,
    registry.id,
    "azure-asyncoperation",
    first,
    { status: 200 },
    () => {
      token.busy = false;
      token.provisioningState = "Succeeded";
    },
  );
}

function newToken({ clock }: Context, registry: Registry, name: string, scopeMapId: string): Token {
  const creationDate = clock.stamp();
  return {
    name,
    id: `${registry.id}/tokens/${name}`,
    scopeMapId,
    status: "enabled",
    passwords: {},
    creationDate,
    systemData: { createdAt: creationDate, lastModifiedAt: creationDate },
    provisioningState: "Creating",
    busy: false,
  };
}

function readScopeMapId(registry: Registry, properties: JsonObject): string | undefined {
  const id = textMember(properties, "scopeMapId");
  if (id === undefined) {
    return undefined;
  }
  const prefix = `${registry.id}/scopeMaps/`;
  const name = id.slice(prefix.length);
  if (!id.toLowerCase().startsWith(prefix.toLowerCase()) || name === "" || name.includes("/")) {
    throw badRequest(
      "InvalidScopeMapId",
      `The scope map id '${id}' is invalid: it must be that of a scope map of this registry, ${prefix}<name>.`,
    );
  }
  if (registry.scopeMaps.get(name) === undefined) {
    throw new AzureError(
      404,
      "ScopeMapNotFound",
      `The scope map '${name}' could not be found in the registry.`,
    );
  }
  return id;
}

function readStatus(properties: JsonObject): Token["status"] | undefined {
  const status = textMember(properties, "status");
  if (status !== undefined && status !== "enabled" && status !== "disabled") {
    throw badRequest(
      "InvalidTokenStatus",
      `The status '${status}' is invalid: it must be enabled or disabled.`,
    );
  }
  return status;
}

function describeToken({ identity }: Context, token: Token): object {
  return {
    type: "Microsoft.ContainerRegistry/registries/tokens",
    id: token.id,
    name: token.name,
    systemData: describeSystemData(identity, token.systemData),
    properties: {
      creationDate: token.creationDate,
      scopeMapId: token.scopeMapId,
      provisioningState: token.provisioningState,
      credentials: { certificates: [], passwords: describePasswords(token) },
      status: token.status,
    },
  };
}

/** The passwords that a token has, in the order of their names: their dates, and never a value. */
export function describePasswords(token: Token): Pick<Password, "name" | "creationTime" | "expiry">[] {
  return passwordNames
    .map((name) => token.passwords[name])
    .filter((password) => password !== undefined)
    .map(({ creationTime, expiry, name }) => ({ creationTime, expiry, name }));
}
