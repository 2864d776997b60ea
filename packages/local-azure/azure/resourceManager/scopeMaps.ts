import type { Request, Response } from "../http.js";
import type { Router } from "../router.js";
import type { Registry, ScopeMap, SystemData } from "../state.js";
import { checkActions } from "./actions.js";
import { arrayMember, objectMember, readBody, textMember } from "./body.js";
import { type ChildRequest, routeChildren } from "./childRoutes.js";
import { type Context, describeSystemData, newSystemData, touch } from "./context.js";
import { badRequest } from "./errors.js";
import { checkRoom } from "./limits.js";
import { startWrite } from "./resourceOperations.js";

/** The routes of registries/{registry}/scopeMaps. */
export function routeScopeMaps(router: Router, context: Context): void {
  routeChildren(router, context, {
    collection: "scopeMaps",
    noun: "scope map",
    kind: "scopeMap",
    childrenOf: ({ scopeMaps }) => scopeMaps,
    describe: describeScopeMap,
    put,
    patch,
    // It is unknown what Azure does if a token uses the scope map. Here the token keeps the id and has no access: a client
    // that deletes in the wrong order notices.
    checkDelete: checkUserDefined,
  });
}

/** The scope maps that every registry has and clients cannot change. */
export function systemScopeMaps(registryId: string, systemData: SystemData): ScopeMap[] {
  const read = ["content/read"];
  const push = [...read, "content/write"];
  const metadata = ["metadata/read", "metadata/write"];
  const described: [name: string, can: string, actions: string[]][] = [
    ["_repositories_pull", "pull any repository of", read],
    ["_repositories_pull_metadata_read", "perform all read operations on", [...read, "metadata/read"]],
    ["_repositories_push", "push to any repository of", push],
    ["_repositories_push_metadata_write", "perform all read and write operations on", [...metadata, ...push]],
    [
      "_repositories_admin",
      "perform all read, write and delete operations on",
      [...metadata, ...push, "content/delete"],
    ],
  ];
  return described.map(([name, can, actions]) => ({
    ...newScopeMap(registryId, name, { ...systemData }),
    type: "SystemDefined",
    description: `Can ${can} the registry`,
    actions: actions.map((action) => `repositories/*/${action}`),
  }));
}

function newScopeMap(registryId: string, name: string, systemData: SystemData): ScopeMap {
  return {
    name,
    id: `${registryId}/scopeMaps/${name}`,
    type: "UserDefined",
    description: undefined,
    actions: [],
    creationDate: systemData.createdAt,
    systemData,
    provisioningState: "Succeeded",
  };
}

/** Creates a scope map, or replaces it at once, regardless of an operation in progress. */
function put(
  { context, request, registry }: ChildRequest,
  name: string,
  existing: ScopeMap | undefined,
): Response {
  const { description, actions } = readProperties(request);
  if (actions === undefined) {
    throw badRequest("InvalidRequestContent", "The scope map is invalid: 'properties.actions' is missing.");
  }
  if (existing === undefined) {
    checkRoom("scope maps", userDefined(registry), registry.sku);
  } else {
    checkUserDefined(existing);
  }
  const old = existing ?? newScopeMap(registry.id, name, newSystemData(request, context.clock.stamp()));
  const changes = context.policies.apply("scopeMaps", old.id, { description, actions });
  const scopeMap: ScopeMap = { ...old, ...changes, provisioningState: "Succeeded" };
  touch(context, scopeMap.systemData, request);
  registry.scopeMaps.add(scopeMap);
  return { status: 200, body: describeScopeMap(scopeMap) };
}

function patch({ context, request }: ChildRequest, scopeMap: ScopeMap): Response {
  checkUserDefined(scopeMap);
  const { description = scopeMap.description, actions = scopeMap.actions } = readProperties(request);
  const changes = context.policies.apply("scopeMaps", scopeMap.id, { description, actions });
  return startWrite(context, request, scopeMap, changes, {
    kind: "scopeMap",
    runningState: "Updating",
    describe: describeScopeMap,
  });
}

function readProperties(request: Request): { description?: string; actions?: readonly string[] } {
  const properties = objectMember(readBody(request), "properties") ?? {};
  const actions = arrayMember(properties, "actions");
  return {
    description: textMember(properties, "description"),
    actions: actions && checkActions(actions),
  };
}

function userDefined({ scopeMaps }: Registry): number {
  return [...scopeMaps].filter(({ type }) => type === "UserDefined").length;
}

function checkUserDefined({ name, type }: ScopeMap): void {
  if (type === "SystemDefined") {
    throw badRequest(
      "SystemDefinedScopeMapNotModifiable",
      `The scope map '${name}' is defined by the system: it cannot be changed or deleted.`,
    );
  }
}

function describeScopeMap(scopeMap: ScopeMap): object {
  return {
    type: "Microsoft.ContainerRegistry/registries/scopeMaps",
    id: scopeMap.id,
    name: scopeMap.name,
    systemData: describeSystemData(scopeMap.systemData),
    properties: {
      description: scopeMap.description,
      type: scopeMap.type,
      creationDate: scopeMap.creationDate,
      provisioningState: scopeMap.provisioningState,
      actions: scopeMap.actions,
    },
  };
}
