import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, ScopeMap, SystemData } from "../state.js";
import { checkActions } from "./actions.js";
import { arrayMember, objectMember, readBody, textMember } from "./body.js";
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
import { badRequest } from "./errors.js";
import { checkName, checkRoom } from "./limits.js";
import type { Ending } from "./operations.js";
import { pageOf } from "./pages.js";

/** The routes of registries/{registry}/scopeMaps. */
export function routeScopeMaps(router: Router, context: Context): void {
  const collection = `${registriesPath}/{registry}/scopeMaps`;
  router
    .on("GET", collection, (request, parameters) => {
      const { scopeMaps } = findRegistry(context, parameters);
      return pageOf(request, scopeMaps, describeScopeMap);
    })
    .on("GET", `${collection}/{scopeMap}`, (_, parameters) => {
      const { scopeMaps } = findRegistry(context, parameters);
      return { status: 200, body: describeScopeMap(findChild(scopeMaps, parameters.scopeMap)) };
    })
    .on("PUT", `${collection}/{scopeMap}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{scopeMap}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${collection}/{scopeMap}`, (request, parameters) => remove(context, request, parameters));
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

function put(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findParentRegistry(context, parameters);
  const name = parameters.scopeMap;
  checkName("scope map", name);
  const { description, actions } = readProperties(request);
  if (actions === undefined) {
    throw badRequest("InvalidRequestContent", "The scope map is invalid: 'properties.actions' is missing.");
  }
  const existing = registry.scopeMaps.get(name);
  if (existing === undefined) {
    checkRoom("scope maps", userDefined(registry), registry.sku);
  } else {
    checkUserDefined(existing);
  }
  const scopeMap = existing ?? newScopeMap(registry.id, name, newSystemData(request, context.clock.stamp()));
  Object.assign(scopeMap, context.policies.apply("scopeMaps", scopeMap.id, { description, actions }));
  scopeMap.provisioningState = "Succeeded";
  touch(context, scopeMap.systemData, request);
  registry.scopeMaps.add(scopeMap);
  return { status: 200, body: describeScopeMap(scopeMap) };
}

function patch(context: Context, request: Request, parameters: Parameters): Response {
  const scopeMap = findChild(findRegistry(context, parameters).scopeMaps, parameters.scopeMap);
  checkUserDefined(scopeMap);
  const { description = scopeMap.description, actions = scopeMap.actions } = readProperties(request);
  const changes = context.policies.apply("scopeMaps", scopeMap.id, { description, actions });
  const ending = context.operations.endingOf(request);
  if (ending.isDone) {
    Object.assign(scopeMap, changes);
  }
  touch(context, scopeMap.systemData, request);
  scopeMap.provisioningState = "Updating";
  return context.operations.start(request, {
    resource: scopeMap.id,
    kind: "scopeMap",
    form: "azure-asyncoperation",
    first: { status: 201, body: describeScopeMap({ ...scopeMap, ...changes }) },
    runningState: "Updating",
    ending,
    end: () => {
      finish(scopeMap, "Updating", ending);
    },
  });
}

/**
 * Deletes a scope map. It is unknown what Azure does if a token uses the scope map. Here the token keeps the id and has no
 * access: a client that deletes in the wrong order notices.
 */
function remove(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const scopeMap = registry.scopeMaps.get(parameters.scopeMap);
  if (scopeMap === undefined) {
    return { status: 204 };
  }
  checkUserDefined(scopeMap);
  const ending = context.operations.endingOf(request);
  scopeMap.provisioningState = "Deleting";
  return context.operations.start(request, {
    resource: scopeMap.id,
    kind: "scopeMap",
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: () => {
      if (finish(scopeMap, "Deleting", ending) && ending.isDone) {
        registry.scopeMaps.delete(scopeMap.name);
      }
    },
  });
}

/** Ends an operation. Returns false if a PUT has created the scope map again in the meantime. */
function finish(scopeMap: ScopeMap, runningState: "Updating" | "Deleting", { ends }: Ending): boolean {
  const isLast = scopeMap.provisioningState === runningState;
  if (isLast) {
    scopeMap.provisioningState = ends;
  }
  return isLast;
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
