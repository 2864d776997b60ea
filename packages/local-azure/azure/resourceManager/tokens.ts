import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import { type PasswordName, passwordNames, type Registry, type Token } from "../state.js";
import { type JsonObject, objectMember, readBody, textMember } from "./body.js";
import { checkUnused } from "./connectedRegistries.js";
import {
  type Context,
  describeSystemData,
  findChild,
  findParentRegistry,
  findRegistry,
  newSystemData,
  registriesPath,
  touch,
} from "./context.js";
import { AzureError, badRequest, notFound } from "./errors.js";
import { checkName, checkRoom } from "./limits.js";
import type { Ending } from "./operations.js";
import { pageOf } from "./pages.js";
import { keptPasswords } from "./passwords.js";

/** The routes of registries/{registry}/tokens. */
export function routeTokens(router: Router, context: Context): void {
  const collection = `${registriesPath}/{registry}/tokens`;
  router
    .on("GET", collection, (request, parameters) => {
      const { tokens } = findRegistry(context, parameters);
      return pageOf(request, tokens, describeToken);
    })
    .on("GET", `${collection}/{token}`, (_, parameters) => {
      const { tokens } = findRegistry(context, parameters);
      return { status: 200, body: describeToken(findChild(tokens, parameters.token)) };
    })
    .on("PUT", `${collection}/{token}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{token}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${collection}/{token}`, (request, parameters) => remove(context, request, parameters));
}

/** Refuses a write to a token while an operation on the token is in progress. */
export function checkIdle({ name, busy }: Token): void {
  if (busy) {
    throw new AzureError(
      409,
      "Conflict",
      `Another operation on the token '${name}' is in progress. Retry when it has completed.`,
    );
  }
}

/** Replaces the token and drops every password that the body does not list. A body without credentials drops them all. */
function put(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findParentRegistry(context, parameters);
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
  const id = `${registry.id}/tokens/${existing?.name ?? name}`;
  const changes = context.policies.apply("tokens", id, { scopeMapId, status, passwords });
  if (existing !== undefined) {
    return startWrite(context, request, existing, changes, "Updating");
  }
  const token = newToken(context, request, registry, name, changes);
  registry.tokens.add(token);
  return startWrite(context, request, token, changes, "Creating");
}

/** Changes the properties in the body and keeps the others, including passwords. */
function patch(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const token = findChild(registry.tokens, parameters.token);
  checkIdle(token);
  const properties = objectMember(readBody(request), "properties") ?? {};
  const scopeMapId = readScopeMapId(registry, properties) ?? token.scopeMapId;
  const status = readStatus(properties) ?? token.status;
  const passwords =
    keptPasswords(token.passwords, objectMember(properties, "credentials")) ?? token.passwords;
  const changes = context.policies.apply("tokens", token.id, { scopeMapId, status, passwords });
  return startWrite(context, request, token, changes, "Updating");
}

function remove(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const token = registry.tokens.get(parameters.token);
  if (token === undefined) {
    return { status: 204 };
  }
  checkIdle(token);
  checkUnused(registry, token.id);
  const ending = context.operations.endingOf(request);
  begin(token, "Deleting");
  return context.operations.start(request, {
    resource: token.id,
    kind: "token",
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: () => {
      finish(token, ending);
      if (ending.isDone) {
        registry.tokens.delete(token.name);
      }
    },
  });
}

type Changes = Pick<Token, "scopeMapId" | "status" | "passwords">;

function startWrite(
  context: Context,
  request: Request,
  token: Token,
  changes: Changes,
  runningState: "Creating" | "Updating",
): Response {
  const ending = context.operations.endingOf(request);
  if (ending.isDone) {
    Object.assign(token, changes);
  }
  touch(context, token.systemData, request);
  begin(token, runningState);
  return context.operations.start(request, {
    resource: token.id,
    kind: "token",
    form: "azure-asyncoperation",
    // The requested properties, even if the operation fails later.
    first: { status: 201, body: describeToken({ ...token, ...changes }) },
    runningState,
    ending,
    end: () => finish(token, ending),
  });
}

function begin(token: Token, state: "Creating" | "Updating" | "Deleting"): void {
  token.busy = true;
  token.provisioningState = state;
}

function finish(token: Token, { ends }: Ending): void {
  token.busy = false;
  token.provisioningState = ends;
}

function newToken(
  { clock }: Context,
  request: Request,
  registry: Registry,
  name: string,
  changes: Changes,
): Token {
  const creationDate = clock.stamp();
  return {
    name,
    id: `${registry.id}/tokens/${name}`,
    ...changes,
    creationDate,
    systemData: newSystemData(request, creationDate),
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
      `The scope map id '${id}' is invalid: it must be the id of a scope map of this registry, ${prefix}<name>.`,
    );
  }
  if (registry.scopeMaps.get(name) === undefined) {
    throw notFound(name, "ScopeMapNotFound", `The scope map '${name}' could not be found in the registry.`);
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

function describeToken(token: Token): object {
  return {
    type: "Microsoft.ContainerRegistry/registries/tokens",
    id: token.id,
    name: token.name,
    systemData: describeSystemData(token.systemData),
    properties: {
      creationDate: token.creationDate,
      scopeMapId: token.scopeMapId,
      provisioningState: token.provisioningState,
      credentials: { passwords: describePasswords(token) },
      status: token.status,
    },
  };
}

/** The passwords of a token in the order of their names, without values. */
export function describePasswords(
  token: Token,
): { name: PasswordName; creationTime: string; expiry?: string }[] {
  return passwordNames
    .map((name) => token.passwords[name])
    .filter((password) => password !== undefined)
    .map(({ creationTime, expiry, name }) => ({ creationTime, ...(expiry !== null && { expiry }), name }));
}
