import type { Request, Response } from "../http.js";
import type { Router } from "../router.js";
import { type PasswordName, passwordNames, type Registry, type Token } from "../state.js";
import { type JsonObject, objectMember, readBody, textMember } from "./body.js";
import { type ChildRequest, routeChildren } from "./childRoutes.js";
import { checkUnused } from "./connectedRegistries.js";
import { type Context, describeSystemData, newSystemData } from "./context.js";
import { AzureError, badRequest, notFound } from "./errors.js";
import { checkRoom } from "./limits.js";
import { keptPasswords } from "./passwords.js";
import { startWrite } from "./resourceOperations.js";

/** The routes of registries/{registry}/tokens. */
export function routeTokens(router: Router, context: Context): void {
  routeChildren(router, context, {
    collection: "tokens",
    noun: "token",
    kind: "token",
    childrenOf: ({ tokens }) => tokens,
    describe: describeToken,
    put,
    patch,
    checkDelete: (token, registry) => {
      checkIdle(token);
      checkUnused(registry, token.id);
    },
  });
}

/** Refuses a write to a token while an operation on the token is in progress. */
export function checkIdle({ name, generatesCredentials, provisioningState }: Token): void {
  if (generatesCredentials || ["Creating", "Updating", "Deleting"].includes(provisioningState)) {
    throw new AzureError(
      409,
      "Conflict",
      `Another operation on the token '${name}' is in progress. Retry when it has completed.`,
    );
  }
}

/** Replaces the token and drops every password that the body does not list. A body without credentials drops them all. */
function put(
  { context, request, registry }: ChildRequest,
  name: string,
  existing: Token | undefined,
): Response {
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
  const token = existing ?? newToken(context, request, registry, name, changes);
  registry.tokens.add(token);
  return startWrite(context, request, token, changes, {
    kind: "token",
    runningState: existing === undefined ? "Creating" : "Updating",
    describe: describeToken,
  });
}

/** Keeps passwords if the body has no credentials. */
function patch({ context, request, registry }: ChildRequest, token: Token): Response {
  checkIdle(token);
  const properties = objectMember(readBody(request), "properties") ?? {};
  const scopeMapId = readScopeMapId(registry, properties) ?? token.scopeMapId;
  const status = readStatus(properties) ?? token.status;
  const passwords =
    keptPasswords(token.passwords, objectMember(properties, "credentials")) ?? token.passwords;
  const changes = context.policies.apply("tokens", token.id, { scopeMapId, status, passwords });
  return startWrite(context, request, token, changes, {
    kind: "token",
    runningState: "Updating",
    describe: describeToken,
  });
}

function newToken(
  { clock }: Context,
  request: Request,
  registry: Registry,
  name: string,
  changes: Pick<Token, "scopeMapId" | "status" | "passwords">,
): Token {
  const creationDate = clock.stamp();
  return {
    name,
    id: `${registry.id}/tokens/${name}`,
    ...changes,
    creationDate,
    systemData: newSystemData(request, creationDate),
    provisioningState: "Creating",
    generatesCredentials: false,
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
