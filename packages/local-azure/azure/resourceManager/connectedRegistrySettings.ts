import type { Request } from "../http.js";
import {
  type ConnectedRegistrySettings,
  connectedRegistryModes,
  type Registry,
  type Token,
} from "../state.js";
import { arrayMember, flagMember, type JsonObject, objectMember, readBody, textMember } from "./body.js";
import { badRequest, notFound } from "./errors.js";

const logLevels = ["Debug", "Information", "Warning", "Error", "None"] as const;
const auditLogStatuses = ["Enabled", "Disabled"] as const;

/** The actions of a sync token on its connected registry's gateway. */
const syncActions = ["config/read", "config/write", "message/read", "message/write"];

/** The defaults of `az acr connected-registry create`: at any time, and every day at midnight. */
const schedules = { sync: "* * * * *", garbageCollection: "0 0 * * *" };

type Settings = ConnectedRegistrySettings;

/** The settings in the body of a PUT, with Azure's defaults for omitted settings. */
export function readSettings(request: Request): Settings {
  const properties = objectMember(readBody(request), "properties") ?? {};
  const parent = objectMember(properties, "parent") ?? {};
  const sync = objectMember(parent, "syncProperties") ?? {};
  return {
    mode: required("properties.mode", readMode(properties)),
    parentId: textMember(parent, "id"),
    syncTokenId: required("properties.parent.syncProperties.tokenId", textMember(sync, "tokenId")),
    schedule: textMember(sync, "schedule") ?? schedules.sync,
    messageTtl: required("properties.parent.syncProperties.messageTtl", textMember(sync, "messageTtl")),
    syncWindow: textMember(sync, "syncWindow"),
    ...readShared(properties, {
      clientTokenIds: [],
      logging: { logLevel: "Information", auditLogStatus: "Disabled" },
      notificationsList: [],
      garbageCollection: { enabled: true, schedule: schedules.garbageCollection },
    }),
  };
}

/** The settings after a PATCH: omitted settings stay unchanged. Its syncProperties are next to the other properties. */
export function readChanges(request: Request, old: Settings): Omit<Settings, Fixed> {
  const properties = objectMember(readBody(request), "properties") ?? {};
  const sync = objectMember(properties, "syncProperties") ?? {};
  return {
    schedule: textMember(sync, "schedule") ?? old.schedule,
    messageTtl: textMember(sync, "messageTtl") ?? old.messageTtl,
    syncWindow: textMember(sync, "syncWindow") ?? old.syncWindow,
    ...readShared(properties, old),
  };
}

type Fixed = "mode" | "parentId" | "syncTokenId";
type Shared = Pick<Settings, "clientTokenIds" | "logging" | "notificationsList" | "garbageCollection">;

function readShared(properties: JsonObject, old: Shared): Shared {
  const logging = objectMember(properties, "logging") ?? {};
  const garbageCollection = objectMember(properties, "garbageCollection") ?? {};
  return {
    clientTokenIds: textsOf(properties, "clientTokenIds") ?? old.clientTokenIds,
    logging: {
      logLevel: oneOf(logLevels, logging, "logLevel") ?? old.logging.logLevel,
      auditLogStatus: oneOf(auditLogStatuses, logging, "auditLogStatus") ?? old.logging.auditLogStatus,
    },
    notificationsList: textsOf(properties, "notificationsList") ?? old.notificationsList,
    garbageCollection: {
      enabled: readEnabled(garbageCollection) ?? old.garbageCollection.enabled,
      schedule: textMember(garbageCollection, "schedule") ?? old.garbageCollection.schedule,
    },
  };
}

/** Refuses settings with which the connected registry cannot work. */
export function checkSettings(registry: Registry, name: string, settings: Settings): void {
  if (!registry.dataEndpointEnabled) {
    throw badRequest(
      "DataEndpointNotEnabled",
      `The registry '${registry.name}' must have its dedicated data endpoint enabled to have connected registries.`,
    );
  }
  checkSchedule("schedule", settings.schedule);
  checkSchedule("garbageCollection.schedule", settings.garbageCollection.schedule);
  checkDuration("messageTtl", settings.messageTtl);
  if (settings.syncWindow !== undefined) {
    checkDuration("syncWindow", settings.syncWindow);
  }
  checkParent(registry, name, settings);
  checkSyncToken(registry, name, findToken(registry, settings.syncTokenId));
  for (const id of settings.clientTokenIds) {
    findToken(registry, id);
    if (id.toLowerCase() === settings.syncTokenId.toLowerCase()) {
      throw badRequest("InvalidClientToken", `The sync token '${id}' cannot be a client token too.`);
    }
  }
}

function checkParent(registry: Registry, name: string, { parentId, mode }: Settings): void {
  if (parentId === undefined) {
    return;
  }
  const parent = childOf(registry, "connectedRegistries", parentId);
  const found = parent === undefined ? undefined : registry.connectedRegistries.get(parent);
  if (found === undefined || found.name.toLowerCase() === name.toLowerCase()) {
    throw notFound(
      parentId,
      "ParentNotFound",
      `The parent '${parentId}' could not be found in the registry.`,
    );
  }
  const writes = found.mode === "ReadWrite" || found.mode === "Registry";
  if (!writes && mode !== found.mode) {
    throw badRequest(
      "InvalidConnectedRegistryMode",
      `The mode '${mode}' is invalid: the parent '${found.name}' is ${found.mode}.`,
    );
  }
}

/** A sync token belongs to one connected registry and has every action on its gateway. */
function checkSyncToken(registry: Registry, name: string, token: Token): void {
  const user = [...registry.connectedRegistries].find(
    (other) =>
      other.syncTokenId.toLowerCase() === token.id.toLowerCase() &&
      other.name.toLowerCase() !== name.toLowerCase(),
  );
  if (user !== undefined) {
    throw badRequest("SyncTokenInUse", `The token '${token.name}' is the sync token of '${user.name}'.`);
  }
  const scopeMap = registry.scopeMaps.get(token.scopeMapId.split("/").at(-1) ?? "");
  const missing = syncActions
    .map((action) => `gateway/${name.toLowerCase()}/${action}`)
    .filter((action) => !scopeMap?.actions.some((granted) => granted.toLowerCase() === action));
  if (missing.length > 0) {
    throw badRequest(
      "InvalidSyncTokenPermissions",
      `The sync token '${token.name}' of the connected registry '${name}' lacks ${missing.join(", ")}.`,
    );
  }
}

function findToken(registry: Registry, id: string): Token {
  const name = childOf(registry, "tokens", id);
  const token = name === undefined ? undefined : registry.tokens.get(name);
  if (token === undefined) {
    throw notFound(id, "TokenNotFound", `The token '${id}' could not be found in the registry.`);
  }
  return token;
}

/** The name in the id of a child of the registry; undefined for another resource's id. */
function childOf({ id }: Registry, type: string, child: string): string | undefined {
  const prefix = `${id}/${type}/`;
  const name = child.slice(prefix.length);
  return child.toLowerCase().startsWith(prefix.toLowerCase()) && /^[^/]+$/.test(name) ? name : undefined;
}

function checkSchedule(name: string, text: string): void {
  if (!/^[\d*,/-]+(?: [\d*,/-]+){4}$/.test(text)) {
    throw badRequest(
      "InvalidSchedule",
      `The ${name} '${text}' is invalid: it must be a cron expression of five fields.`,
    );
  }
}

function checkDuration(name: string, text: string): void {
  if (!/^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+S)?)?$/.test(text)) {
    throw badRequest("InvalidDuration", `The ${name} '${text}' is invalid: it must be an ISO 8601 duration.`);
  }
}

/** A boolean, or a string: az sends its default as a string. */
function readEnabled(garbageCollection: JsonObject): boolean | undefined {
  const { enabled } = garbageCollection;
  return enabled === "true" || flagMember(garbageCollection, "enabled");
}

/** Case-insensitive: az sends lower case. */
function readMode(properties: JsonObject): Settings["mode"] | undefined {
  return oneOf(connectedRegistryModes, properties, "mode");
}

function oneOf<Text extends string>(
  allowed: readonly Text[],
  parent: JsonObject,
  name: string,
): Text | undefined {
  const given = textMember(parent, name);
  const found = allowed.find((known) => known.toLowerCase() === given?.toLowerCase());
  if (given !== undefined && found === undefined) {
    throw badRequest(
      "InvalidRequestContent",
      `The ${name} '${given}' is invalid: it must be one of ${allowed.join(", ")}.`,
    );
  }
  return found;
}

function textsOf(parent: JsonObject, name: string): string[] | undefined {
  const texts = arrayMember(parent, name);
  if (texts !== undefined && !texts.every((text) => typeof text === "string")) {
    throw badRequest(
      "InvalidRequestContent",
      `The request content was invalid: '${name}' must have strings.`,
    );
  }
  return texts as string[] | undefined;
}

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) {
    throw badRequest("InvalidRequestContent", `The connected registry is invalid: '${name}' is missing.`);
  }
  return value;
}
