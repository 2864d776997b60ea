import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { ConnectedRegistry, ConnectedRegistrySettings, Registry } from "../state.js";
import { checkSettings, readChanges, readSettings } from "./connectedRegistrySettings.js";
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
import { AzureError } from "./errors.js";
import { checkName } from "./limits.js";
import { dataEndpoints } from "./registries.js";

/** The routes of registries/{registry}/connectedRegistries. */
export function routeConnectedRegistries(router: Router, context: Context): void {
  const collection = `${registriesPath}/{registry}/connectedRegistries`;
  router
    .on("GET", collection, (_, parameters) => {
      const registry = findRegistry(context, parameters);
      const value = [...registry.connectedRegistries].map((each) => describe(registry, each));
      return { status: 200, body: { value } };
    })
    .on("GET", `${collection}/{connected}`, (_, parameters) => {
      const registry = findRegistry(context, parameters);
      const connected = findChild(registry.connectedRegistries, parameters.connected);
      return { status: 200, body: describe(registry, connected) };
    })
    .on("PUT", `${collection}/{connected}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${collection}/{connected}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${collection}/{connected}`, (request, parameters) => remove(context, request, parameters))
    .on("POST", `${collection}/{connected}/deactivate`, (request, parameters) =>
      deactivate(context, request, parameters),
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

function put(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findParentRegistry(context, parameters);
  const name = parameters.connected;
  checkName("connected registry", name);
  const settings = readSettings(request);
  const existing = registry.connectedRegistries.get(name);
  checkSettings(registry, existing?.name ?? name, settings);
  if (existing !== undefined) {
    return startWrite(context, request, registry, existing, settings, "Updating");
  }
  const connected: ConnectedRegistry = {
    name,
    id: `${registry.id}/connectedRegistries/${name}`,
    ...settings,
    systemData: newSystemData(request, context.clock.stamp()),
    provisioningState: "Creating",
  };
  registry.connectedRegistries.add(connected);
  return startWrite(context, request, registry, connected, settings, "Creating");
}

/** Changes the settings in the body and keeps the others. A PATCH cannot change mode, parent and sync token. */
function patch(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const connected = findChild(registry.connectedRegistries, parameters.connected);
  const settings = { ...connected, ...readChanges(request, connected) };
  checkSettings(registry, connected.name, settings);
  return startWrite(context, request, registry, connected, settings, "Updating");
}

function startWrite(
  context: Context,
  request: Request,
  registry: Registry,
  connected: ConnectedRegistry,
  settings: ConnectedRegistrySettings,
  runningState: "Creating" | "Updating",
): Response {
  const ending = context.operations.endingOf(request);
  if (ending.isDone) {
    Object.assign(connected, settings);
  }
  touch(context, connected.systemData, request);
  connected.provisioningState = runningState;
  return context.operations.start(request, {
    resource: connected.id,
    kind: "connectedRegistries",
    form: "azure-asyncoperation",
    first: {
      status: 201,
      body: describe(registry, { ...connected, ...settings, provisioningState: runningState }),
    },
    runningState,
    ending,
    end: () => {
      connected.provisioningState = ending.ends;
    },
  });
}

function remove(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const connected = registry.connectedRegistries.get(parameters.connected);
  if (connected === undefined) {
    return { status: 204 };
  }
  const ending = context.operations.endingOf(request);
  connected.provisioningState = "Deleting";
  return context.operations.start(request, {
    resource: connected.id,
    kind: "connectedRegistries",
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: () => {
      connected.provisioningState = ending.ends;
      if (ending.isDone) {
        registry.connectedRegistries.delete(connected.name);
      }
    },
  });
}

/** A connected registry is never active here: the operation has Azure's form and no effect. */
function deactivate(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const connected = findChild(registry.connectedRegistries, parameters.connected);
  return context.operations.start(request, {
    resource: connected.id,
    kind: "connectedRegistries",
    form: "location",
    first: { status: 202 },
    runningState: "Updating",
    ending: context.operations.endingOf(request),
    end: () => {},
  });
}

function describe(registry: Registry, connected: ConnectedRegistry): object {
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
        ...(parentId !== undefined && { id: parentId }),
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
