import type { Request, Response } from "../http.js";
import { NameMap } from "../names.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, ResourceGroup, Subscription, Vault } from "../state.js";
import { readBody, textMember, textsMember } from "./body.js";
import { type Context, findGroup, findSubscription, registriesOf, vaultsOf } from "./context.js";
import { badRequest } from "./errors.js";
import { softDelete } from "./vaults.js";

/** The routes of resource groups and of the resources that they hold. */
export function routeResourceGroups(router: Router, context: Context): void {
  const subscription = "/subscriptions/{subscription}";
  const collection = `${subscription}/resourceGroups`;
  router
    .on("GET", collection, (_, parameters) => ({
      status: 200,
      body: { value: [...findSubscription(context, parameters).groups].map(describeGroup) },
    }))
    .on("GET", `${collection}/{group}`, (_, parameters) => ({
      status: 200,
      body: describeGroup(findGroup(context, parameters)),
    }))
    .on("HEAD", `${collection}/{group}`, (_, parameters) => ({
      status: findSubscription(context, parameters).groups.get(parameters.group) ? 204 : 404,
    }))
    .on("PUT", `${collection}/{group}`, (request, parameters) => put(context, request, parameters))
    .on("DELETE", `${collection}/{group}`, (request, parameters) => remove(context, request, parameters))
    .on("GET", `${subscription}/resources`, (request, parameters) => {
      const found = findSubscription(context, parameters);
      return list(request, registriesOf(found), vaultsOf(found));
    })
    .on("GET", `${collection}/{group}/resources`, (request, parameters) => {
      const { registries, vaults } = findGroup(context, parameters);
      return list(request, [...registries], [...vaults]);
    });
}

/** A new and empty resource group. */
export function newGroup(subscription: Subscription, name: string, location: string): ResourceGroup {
  const id = `/subscriptions/${subscription.id}/resourceGroups/${name}`;
  return { name, id, location, tags: {}, registries: new NameMap(), vaults: new NameMap() };
}

function put(context: Context, request: Request, parameters: Parameters): Response {
  const body = readBody(request);
  const location = textMember(body, "location");
  if (location === undefined) {
    throw badRequest("LocationRequired", "The location property is required for this definition.");
  }
  const subscription = findSubscription(context, parameters);
  const existing = subscription.groups.get(parameters.group);
  const group = existing ?? newGroup(subscription, parameters.group, location);
  group.tags = textsMember(body, "tags") ?? {};
  subscription.groups.add(group);
  return { status: existing ? 200 : 201, body: describeGroup(group) };
}

function remove(context: Context, request: Request, parameters: Parameters): Response {
  const subscription = findSubscription(context, parameters);
  const group = findGroup(context, parameters);
  const ending = context.operations.endingOf(request);
  return context.operations.start(request, {
    resource: `/subscriptions/${subscription.id}`,
    kind: "group",
    form: "location",
    first: { status: 202 },
    runningState: "Deleting",
    ending,
    end: async () => {
      if (ending.isDone) {
        subscription.groups.delete(group.name);
        for (const vault of group.vaults) {
          softDelete(context, subscription, group, vault);
        }
        await Promise.all([...group.registries].map((registry) => registry.close()));
      }
    },
  });
}

function list(request: Request, registries: Registry[], vaults: Vault[]): Response {
  const wanted = readFilter(request.url.searchParams.get("$filter") ?? "");
  const resources = [...registries.map(describeRegistry), ...vaults.map(describeVault)];
  const value = resources.filter((resource) => wanted.every((fits) => fits(resource)));
  return { status: 200, body: { value } };
}

type Resource = Pick<ReturnType<typeof describeRegistry>, "name" | "type">;

/** Parses the OData that clients use to find a registry: resourceType eq '…', name eq '…', joined by and. */
function readFilter(filter: string): ((resource: Resource) => boolean)[] {
  if (filter === "") {
    return [];
  }
  return filter.split(/\s+and\s+/i).map((condition) => {
    const [, property, value] = /^\(?(resourceType|name)\s+eq\s+'([^']*)'\)?$/i.exec(condition.trim()) ?? [];
    if (value === undefined) {
      throw badRequest(
        "InvalidFilterInQueryString",
        `Invalid $filter '${filter}' specified in the query string.`,
      );
    }
    const key = property.toLowerCase() === "name" ? "name" : "type";
    return (resource) => resource[key].toLowerCase() === value.toLowerCase();
  });
}

function describeRegistry({ id, name, sku, location, tags }: Registry) {
  const type = "Microsoft.ContainerRegistry/registries";
  return { id, name, type, sku: { name: sku, tier: sku }, location, tags };
}

function describeVault({ id, name, location, tags }: Vault) {
  return { id, name, type: "Microsoft.KeyVault/vaults", location, tags };
}

function describeGroup({ id, name, location, tags }: ResourceGroup): object {
  const type = "Microsoft.Resources/resourceGroups";
  return { id, name, type, location, tags, properties: { provisioningState: "Succeeded" } };
}
