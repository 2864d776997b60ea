import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, Sku } from "../state.js";
import { flagMember, type JsonObject, objectMember, readBody, textMember, textsMember } from "./body.js";
import {
  allRegistries,
  type Context,
  describeSystemData,
  findGroup,
  findRegistry,
  findSubscription,
  newSystemData,
  registriesOf,
  registriesPath,
  touch,
} from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { checkName } from "./limits.js";
import { startDelete, startWrite } from "./resourceOperations.js";

/** The routes of registries. */
export function routeRegistries(router: Router, context: Context): void {
  const provider = "/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry";
  router
    .on("GET", `${provider}/registries`, (_, parameters) => ({
      status: 200,
      body: { value: registriesOf(findSubscription(context, parameters)).map(describeRegistry) },
    }))
    .on("GET", registriesPath, (_, parameters) => {
      const { registries } = findGroup(context, parameters);
      return { status: 200, body: { value: [...registries].map(describeRegistry) } };
    })
    .on("GET", `${registriesPath}/{registry}`, (_, parameters) => ({
      status: 200,
      body: describeRegistry(findRegistry(context, parameters)),
    }))
    .on("PUT", `${registriesPath}/{registry}`, (request, parameters) => put(context, request, parameters))
    .on("PATCH", `${registriesPath}/{registry}`, (request, parameters) => patch(context, request, parameters))
    .on("DELETE", `${registriesPath}/{registry}`, (request, parameters) =>
      remove(context, request, parameters),
    )
    .on("POST", `${provider}/checkNameAvailability`, (request) => checkNameAvailability(context, request));
}

async function put(context: Context, request: Request, parameters: Parameters): Promise<Response> {
  const group = findGroup(context, parameters);
  const name = parameters.registry;
  checkName("registry", name);
  const body = readBody(request);
  const changes = {
    sku: readSku(body) ?? ("Premium" as const),
    tags: textsMember(body, "tags") ?? {},
    adminUserEnabled: readFlag(body, "adminUserEnabled") ?? false,
    dataEndpointEnabled: readFlag(body, "dataEndpointEnabled") ?? false,
  };
  checkDataEndpoint(changes);
  const existing = group.registries.get(name);
  const options = { kind: "registries", describe: describeRegistry };
  if (existing !== undefined) {
    return startWrite(context, request, existing, changes, { ...options, runningState: "Updating" });
  }
  checkFree(context, name);
  const location = textMember(body, "location") ?? group.location;
  const systemData = newSystemData(request, context.clock.stamp());
  const registry = await context.openRegistry({ name, group, location, ...changes, systemData });
  group.registries.add(registry);
  return startWrite(context, request, registry, changes, { ...options, runningState: "Creating" });
}

/** Changes the properties in the body at once and keeps the others. */
function patch(context: Context, request: Request, parameters: Parameters): Response {
  const registry = findRegistry(context, parameters);
  const body = readBody(request);
  const changes = {
    sku: readSku(body) ?? registry.sku,
    tags: textsMember(body, "tags") ?? registry.tags,
    adminUserEnabled: readFlag(body, "adminUserEnabled") ?? registry.adminUserEnabled,
    dataEndpointEnabled: readFlag(body, "dataEndpointEnabled") ?? registry.dataEndpointEnabled,
  };
  checkDataEndpoint(changes);
  Object.assign(registry, changes);
  touch(context, registry.systemData, request);
  return { status: 200, body: describeRegistry(registry) };
}

function remove(context: Context, request: Request, parameters: Parameters): Response {
  const { registries } = findGroup(context, parameters);
  const registry = registries.get(parameters.registry);
  return startDelete(context, request, registries, registry, "registries", () => registry?.close());
}

function checkNameAvailability(context: Context, request: Request): Response {
  const name = textMember(readBody(request), "name") ?? "";
  try {
    checkName("registry", name);
  } catch (error) {
    const { message } = error as Error;
    return { status: 200, body: { nameAvailable: false, reason: "Invalid", message } };
  }
  const taken = isTaken(context, name);
  return {
    status: 200,
    body: taken
      ? { nameAvailable: false, reason: "AlreadyExists", message: `The registry ${name} is already in use.` }
      : { nameAvailable: true },
  };
}

function checkFree(context: Context, name: string): void {
  if (isTaken(context, name)) {
    throw new AzureError(409, "AlreadyInUse", `The registry DNS name ${name} is already in use.`);
  }
}

/** A registry's name is unique across all resource groups and subscriptions. */
function isTaken(context: Context, name: string): boolean {
  return allRegistries(context).some((registry) => registry.name.toLowerCase() === name.toLowerCase());
}

function readFlag(body: JsonObject, name: "adminUserEnabled" | "dataEndpointEnabled"): boolean | undefined {
  return flagMember(objectMember(body, "properties") ?? {}, name);
}

function checkDataEndpoint({
  sku,
  dataEndpointEnabled,
}: Pick<Registry, "sku" | "dataEndpointEnabled">): void {
  if (dataEndpointEnabled && sku !== "Premium") {
    throw badRequest(
      "FeatureNotSupported",
      `Dedicated data endpoints are not supported in the ${sku} tier: they need Premium.`,
    );
  }
}

/** The hosts of the dedicated data endpoints: one for the registry's region if they are enabled, else none. */
export function dataEndpoints({ name, location, dataEndpointEnabled }: Registry): string[] {
  return dataEndpointEnabled ? [`${name}.${location}.data.azurecr.invalid`.toLowerCase()] : [];
}

function readSku(body: JsonObject): Sku | undefined {
  const name = textMember(objectMember(body, "sku") ?? {}, "name");
  if (name === undefined) {
    return undefined;
  }
  const known = (["Basic", "Standard", "Premium"] as const).find(
    (sku) => sku.toLowerCase() === name.toLowerCase(),
  );
  if (known === undefined) {
    throw badRequest("InvalidSku", `The SKU '${name}' is invalid: it must be Basic, Standard or Premium.`);
  }
  return known;
}

function describeRegistry(registry: Registry): object {
  return {
    sku: { name: registry.sku, tier: registry.sku },
    type: "Microsoft.ContainerRegistry/registries",
    id: registry.id,
    name: registry.name,
    location: registry.location,
    tags: registry.tags,
    systemData: describeSystemData(registry.systemData),
    properties: {
      loginServer: registry.loginServer,
      // Unlike all other times here, this time ends in Z.
      creationDate: registry.creationDate.replace("+00:00", "Z"),
      provisioningState: registry.provisioningState,
      adminUserEnabled: registry.adminUserEnabled,
      networkRuleSet: { defaultAction: "Allow", ipRules: [] },
      encryption: { status: "disabled" },
      dataEndpointEnabled: registry.dataEndpointEnabled,
      dataEndpointHostNames: dataEndpoints(registry),
      privateEndpointConnections: [],
      publicNetworkAccess: "Enabled",
      networkRuleBypassOptions: "AzureServices",
      zoneRedundancy: "Disabled",
      anonymousPullEnabled: false,
    },
  };
}
