import type { Clock } from "../clock.js";
import type { Answer, Request } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, ScopeMap } from "../state.js";
import { checkActions } from "./actions.js";
import { arrayMember, objectMember, readBody, textMember } from "./body.js";
import { type Context, describeSystemData, findChild, findRegistry, registriesPath } from "./context.js";
import { badRequest } from "./errors.js";
import { checkName, checkRoom } from "./limits.js";

/** The routes of registries/{registry}/scopeMaps. */
export function routeScopeMaps(router: Router, context: Context): void {
  const collection = `${registriesPath}/{registry}/scopeMaps`;
  const describe = (scopeMap: ScopeMap) => describeScopeMap(context, scopeMap);
  router
    .on("GET", collection, (_, parameters) => {
      const { scopeMaps } = findRegistry(context, parameters);
      return { status: 200, body: { value: [...scopeMaps].map(describe) } };
    })
    .on("GET", `${collection}/{scopeMap}`, (_, parameters) => {
      const { scopeMaps } = findRegistry(context, parameters);
      return { status: 200, body: describe(findChild(scopeMaps, parameters.scopeMap)) };
    })
    .on("PUT", `${collection}/{scopeMap}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{scopeMap}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${collection}/{scopeMap}`, (request, parameters) => remove(context, request, parameters));
}

/** The scope maps that every registry has and nobody can change. */
export function systemScopeMaps(registryId: string, clock: Clock): ScopeMap[] {
  const read = ["content/read"];
  const readMetadata = [...read, "metadata/read"];
  const push = [...read, "content/write"];
  const pushMetadata = [...push, "metadata/read", "metadata/write"];
  const described: [string, string, string[]][] = [
    ["_repositories_pull", "Can pull any repository of the registry", read],
    ["_repositories_pull_metadata_read", "Can pull any repository and read its metadata", readMetadata],
    ["_repositories_push", "Can push to any repository of the registry", push],
    ["_repositories_push_metadata_write", "Can push to any repository and write its metadata", pushMetadata],
    [
      "_repositories_admin",
      "Can perform all read, write and delete operations",
      [...pushMetadata, "content/delete"],
    ],
  ];
  return described.map(([name, description, actions]) => ({
    ...newScopeMap(registryId, name, clock),
    type: "SystemDefined",
    description,
    actions: actions.map((action) => `repositories/*/${action}`),
  }));
}

function newScopeMap(registryId: string, name: string, clock: Clock): ScopeMap {
  const creationDate = clock.stamp();
  return {
    name,
    id: `${registryId}/scopeMaps/${name}`,
    type: "UserDefined",
    description: undefined,
    actions: [],
    creationDate,
    systemData: { createdAt: creationDate, lastModifiedAt: creationDate },
    provisioningState: "Succeeded",
  };
}

function put(context: Context, request: Request, parameters: Parameters): Answer {
  const registry = findRegistry(context, parameters);
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
  const scopeMap = existing ?? newScopeMap(registry.id, name, context.clock);
  scopeMap.description = description;
  scopeMap.actions = actions;
  scopeMap.provisioningState = "Succeeded";
  scopeMap.systemData.lastModifiedAt = context.clock.stamp();
  registry.scopeMaps.add(scopeMap);
  return { status: 200, body: describeScopeMap(context, scopeMap) };
}

function patch(context: Context, request: Request, parameters: Parameters): Answer {
  const scopeMap = findChild(findRegistry(context, parameters).scopeMaps, parameters.scopeMap);
  checkUserDefined(scopeMap);
  const { description, actions } = readProperties(request);
  scopeMap.description = description ?? scopeMap.description;
  scopeMap.actions = actions ?? scopeMap.actions;
  scopeMap.systemData.lastModifiedAt = context.clock.stamp();
  return { status: 200, body: describeScopeMap(context, scopeMap) };
}

/**
 * Nobody has shown what Azure does about a scope map that a token uses. Here it goes, and leaves the token with an id of
 * nothing and with no access: whoever deletes in the wrong order notices.
 */
function remove(context: Context, request: Request, parameters: Parameters): Answer {
  const registry = findRegistry(context, parameters);
  const scopeMap = registry.scopeMaps.get(parameters.scopeMap);
  if (scopeMap === undefined) {
    return { status: 204 };
  }
  checkUserDefined(scopeMap);
  scopeMap.provisioningState = "Deleting";
  return context.operations.start(request, registry.id, "location", { status: 202 }, { status: 200 }, () => {
    // A PUT may have made it anew in the meantime.
    if (scopeMap.provisioningState === "Deleting") {
      registry.scopeMaps.delete(scopeMap.name);
    }
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

function describeScopeMap({ identity }: Context, scopeMap: ScopeMap): object {
  return {
    type: "Microsoft.ContainerRegistry/registries/scopeMaps",
    id: scopeMap.id,
    name: scopeMap.name,
    systemData: describeSystemData(identity, scopeMap.systemData),
    properties: {
      description: scopeMap.description,
      type: scopeMap.type,
      creationDate: scopeMap.creationDate,
      provisioningState: scopeMap.provisioningState,
      actions: scopeMap.actions,
    },
  };
}
