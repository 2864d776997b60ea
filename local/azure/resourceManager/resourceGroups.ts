import type { Answer, Request } from "../http.js";
import { NameMap } from "../names.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, ResourceGroup } from "../state.js";
import { readBody, textMember, textsMember } from "./body.js";
import { allRegistries, type Context, findGroup } from "./context.js";
import { badRequest } from "./errors.js";

/** The routes of resource groups and of the resources that they hold. */
export function routeResourceGroups(router: Router, context: Context): void {
  const subscription = "/subscriptions/{subscription}";
  const collection = `${subscription}/resourceGroups`;
  router
    .on("GET", collection, () => ({ status: 200, body: { value: [...context.groups].map(describeGroup) } }))
    .on("GET", `${collection}/{group}`, (_, parameters) => ({
      status: 200,
      body: describeGroup(findGroup(context, parameters)),
    }))
    .on("HEAD", `${collection}/{group}`, (_, { group }) => ({
      status: context.groups.get(group) ? 204 : 404,
    }))
    .on("PUT", `${collection}/{group}`, (request, parameters) => put(context, request, parameters))
    .on("DELETE", `${collection}/{group}`, (request, parameters) => remove(context, request, parameters))
    .on("GET", `${subscription}/resources`, (request) => list(request, allRegistries(context)))
    .on("GET", `${collection}/{group}/resources`, (request, parameters) =>
      list(request, [...findGroup(context, parameters).registries]),
    );
}

/** A new and empty resource group. */
export function newGroup(context: Context, name: string, location: string): ResourceGroup {
  const id = `/subscriptions/${context.identity.subscriptionId}/resourceGroups/${name}`;
  return { name, id, location, tags: {}, registries: new NameMap() };
}

function put(context: Context, request: Request, { group: name }: Parameters): Answer {
  const body = readBody(request);
  const location = textMember(body, "location");
  if (location === undefined) {
    throw badRequest("LocationRequired", "The location property is required for this definition.");
  }
  const existing = context.groups.get(name);
  const group = existing ?? newGroup(context, name, location);
  group.tags = textsMember(body, "tags") ?? {};
  context.groups.add(group);
  return { status: existing ? 200 : 201, body: describeGroup(group) };
}

function remove(context: Context, request: Request, parameters: Parameters): Answer {
  const group = findGroup(context, parameters);
  const base = `/subscriptions/${context.identity.subscriptionId}`;
  return context.operations.start(request, base, "location", { status: 202 }, { status: 200 }, async () => {
    context.groups.delete(group.name);
    await Promise.all([...group.registries].map((registry) => registry.close()));
  });
}

function list(request: Request, registries: Registry[]): Answer {
  const wanted = readFilter(request.url.searchParams.get("$filter") ?? "");
  const value = registries.map(describeResource).filter((resource) => wanted.every((fits) => fits(resource)));
  return { status: 200, body: { value } };
}

type Resource = ReturnType<typeof describeResource>;

/** Of OData, what clients use to find a registry: resourceType eq '…', name eq '…', joined by and. */
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

function describeResource({ id, name, sku, location, tags }: Registry) {
  const type = "Microsoft.ContainerRegistry/registries";
  return { id, name, type, sku: { name: sku, tier: sku }, location, tags };
}

function describeGroup({ id, name, location, tags }: ResourceGroup): object {
  const type = "Microsoft.Resources/resourceGroups";
  return { id, name, type, location, tags, properties: { provisioningState: "Succeeded" } };
}
