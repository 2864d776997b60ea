import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { ConnectedRegistry, Registry } from "../state.js";
import { type ChildRequest, routeChildren } from "./childRoutes.js";
import { checkSettings, readChanges, readSettings } from "./connectedRegistrySettings.js";
import {
  type Context,
  describeSystemData,
  findChild,
  findRegistry,
  newSystemData,
  registriesPath,
} from "./context.js";
import { AzureError } from "./errors.js";
import { dataEndpoints } from "./registries.js";
import { startWrite } from "./resourceOperations.js";

/** The prefix of the names of operations. */
const kind = "connectedRegistries";

/** The routes of registries/{registry}/connectedRegistries. */
export function routeConnectedRegistries(router: Router, context: Context): void {
  routeChildren(router, context, {
    collection: "connectedRegistries",
    noun: "connected registry",
    kind,
    childrenOf: ({ connectedRegistries }) => connectedRegistries,
    describe,
    put,
    patch,
  });
  router.on(
    "POST",
    `${registriesPath}/{registry}/connectedRegistries/{child}/deactivate`,
    (request, parameters) => deactivate(context, request, parameters),
  );
}

/** Refuses to delete a token that is the sync token or a client token of a connected registry. */
export function checkUnused({ connectedRegistries }: Registry, tokenId: string): void {
  const id = tokenId.toLowerCase();
  const user = [...connectedRegistries].find(({ syncTokenId, clientTokenIds }) =>
    [syncTokenId, ...clientTokenIds].some((used) => used.toLowerCase() === id),
  );
  if (user !== undefined) {
    throw new AzureError(
      409,
      "TokenInUse",
      `The token '${tokenId}' cannot be deleted: the connected registry '${user.name}' uses it.`,
    );
  }
}

function put(
  { context, request, registry }: ChildRequest,
  name: string,
  existing: ConnectedRegistry | undefined,
): Response {
  const settings = readSettings(request);
  checkSettings(registry, existing?.name ?? name, settings);
  const connected: ConnectedRegistry = existing ?? {
    name,
    id: `${registry.id}/connectedRegistries/${name}`,
    ...settings,
    systemData: newSystemData(request, context.clock.stamp()),
    provisioningState: "Creating",
  };
  registry.connectedRegistries.add(connected);
  return startWrite(context, request, connected, settings, {
    kind,
    runningState: existing === undefined ? "Creating" : "Updating",
    describe: (described) => describe(described, registry),
  });
}

/** A PATCH cannot change mode, parent and sync token. */
function patch({ context, request, registry }: ChildRequest, connected: ConnectedRegistry): Response {
  const changes = readChanges(request, connected);
  checkSettings(registry, connected.name, { ...connected, ...changes });
  return startWrite(context, request, connected, changes, {
    kind,
    runningState: "Updating",
    describe: (described) => describe(described, registry),
  });
}

/** A connected registry is never active here: the operation has Azure's form and no effect. */
function deactivate(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const connected = findChild(registry.connectedRegistries, parameters.child);
  return context.operations.start(request, {
    resource: connected.id,
    kind,
    form: "location",
    first: { status: 202 },
    runningState: "Updating",
    ending: context.operations.endingOf(request),
    end: () => {},
  });
}

function describe(connected: ConnectedRegistry, registry: Registry): object {
  const { parentId, syncTokenId, schedule, messageTtl, syncWindow } = connected;
  // Below another connected registry it is the parent's host, which is unknown before the parent is installed.
  const [gatewayEndpoint] = parentId === undefined ? dataEndpoints(registry) : [];
  return {
    type: "Microsoft.ContainerRegistry/registries/connectedRegistries",
    id: connected.id,
    name: connected.name,
    systemData: describeSystemData(connected.systemData),
    properties: {
      provisioningState: connected.provisioningState,
      mode: connected.mode,
      connectionState: "Offline",
      activation: { status: "Inactive" },
      parent: {
        id: parentId,
        syncProperties: { tokenId: syncTokenId, schedule, syncWindow, messageTtl, gatewayEndpoint },
      },
      clientTokenIds: connected.clientTokenIds,
      logging: connected.logging,
      statusDetails: [],
      notificationsList: connected.notificationsList,
      garbageCollection: connected.garbageCollection,
    },
  };
}
