import type { Answer, Request } from "../http.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, Sku } from "../state.js";
import { type JsonObject, objectMember, readBody, textMember, textsMember } from "./body.js";
import {
  allRegistries,
  type Context,
  describeSystemData,
  findGroup,
  findRegistry,
  registriesPath,
} from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { checkName } from "./limits.js";

/** The routes of registries, but for what they contain. */
export function routeRegistries(router: Router, context: Context): void {
  const provider = "/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry";
  const describe = (registry: Registry) => describeRegistry(context, registry);
  router
    .on("GET", `${provider}/registries`, () => ({
      status: 200,
      body: { value: allRegistries(context).map(describe) },
    }))
    .on("GET", registriesPath, (_, parameters) => {
      const { registries } = findGroup(context, parameters);
      return { status: 200, body: { value: [...registries].map(describe) } };
    })
    .on("GET", `${registriesPath}/{registry}`, (_, parameters) => ({
      status: 200,
      body: describe(findRegistry(context, parameters)),
    }))
    .on("PUT", `${registriesPath}/{registry}`, (request, parameters) => put(context, request, parameters))
    .on("DELETE", `${registriesPath}/{registry}`, (request, parameters) =>
      remove(context, request, parameters),
    )
    .on("POST", `${provider}/checkNameAvailability`, (request) => checkNameAvailability(context, request));
}

async function put(context: Context, request: Request, parameters: Parameters): Promise<Answer> {
  const group = findGroup(context, parameters);
  const name = parameters.registry;
  checkName("registry", name);
  const body = readBody(request);
  const sku = readSku(body);
  const tags = textsMember(body, "tags") ?? {};
  const adminUserEnabled = objectMember(body, "properties")?.adminUserEnabled === true;
  const existing = group.registries.get(name);
  if (existing === undefined) {
    checkFree(context, name);
    const location = textMember(body, "location") ?? group.location;
    const registry = await context.openRegistry({ name, group, location, sku, tags, adminUserEnabled });
    group.registries.add(registry);
    return startPut(context, request, registry, "Creating");
  }
  Object.assign(existing, { sku, tags, adminUserEnabled });
  existing.systemData.lastModifiedAt = context.clock.stamp();
  return startPut(context, request, existing, "Updating");
}

function startPut(context: Context, request: Request, registry: Registry, provisioningState: string): Answer {
  const first = { status: 201, body: describeRegistry(context, registry, provisioningState) };
  return context.operations.start(
    request,
    registry.id,
    "azure-asyncoperation",
    first,
    { status: 200 },
    () => undefined,
  );
}

function remove(context: Context, request: Request, parameters: Parameters): Answer {
  const group = findGroup(context, parameters);
  const registry = group.registries.get(parameters.registry);
  if (registry === undefined) {
    return { status: 204 };
  }
  return context.operations.start(
    request,
    registry.id,
    "location",
    { status: 202 },
    { status: 200 },
    async () => {
      group.registries.delete(registry.name);
      await registry.close();
    },
  );
}

function checkNameAvailability(context: Context, request: Request): Answer {
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

/** A registry's name is taken in every resource group, not only in its own. */
function isTaken({ groups }: Context, name: string): boolean {
  return [...groups].some(({ registries }) => registries.get(name) !== undefined);
}

function readSku(body: JsonObject): Sku {
  const name = textMember(objectMember(body, "sku") ?? {}, "name") ?? "Premium";
  const known = (["Basic", "Standard", "Premium"] as const).find(
    (sku) => sku.toLowerCase() === name.toLowerCase(),
  );
  if (known === undefined) {
    throw badRequest("InvalidSku", `The SKU '${name}' is invalid: it must be Basic, Standard or Premium.`);
  }
  return known;
}

function describeRegistry(
  { identity }: Context,
  registry: Registry,
  provisioningState = "Succeeded",
): object {
  return {
    sku: { name: registry.sku, tier: registry.sku },
    type: "Microsoft.ContainerRegistry/registries",
    id: registry.id,
    name: registry.name,
    location: registry.location,
    tags: registry.tags,
    systemData: describeSystemData(identity, registry.systemData),
    properties: {
      loginServer: registry.loginServer,
      creationDate: registry.creationDate,
      provisioningState,
      adminUserEnabled: registry.adminUserEnabled,
      networkRuleSet: { defaultAction: "Allow", ipRules: [] },
      encryption: { status: "disabled" },
      dataEndpointEnabled: false,
      dataEndpointHostNames: [],
      privateEndpointConnections: [],
      publicNetworkAccess: "Enabled",
      networkRuleBypassOptions: "AzureServices",
      zoneRedundancy: "Disabled",
      anonymousPullEnabled: false,
    },
  };
}
