import type { Answer, Request } from "../http.js";
import { NameMap } from "../names.js";
import type { Parameters, Router } from "../router.js";
import type { Registry, ResourceGroup, Subscription } from "../state.js";
import { readBody, textMember, textsMember } from "./body.js";
import { type Context, findGroup, findSubscription, registriesOf } from "./context.js";
import { badRequest } from "./errors.js";

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
    .on("GET", `${subscription}/resources`, (request, parameters) =>
      list(request, registriesOf(findSubscription(context, parameters))),
    )
    .on("GET", `${collection}/{group}/resources`, (request, parameters) =>
      list(request, [...findGroup(context, parameters).registries]),
    );
}

/** A new and empty resource group. */
export function newGroup(subscription: Subscription, name: string, location: string): ResourceGroup {
  const id = `/subscriptions/${subscription.id}/resourceGroups/${name}`;
  return { name, id, location, tags: {}, registries: new NameMap() };
}

function put(context: Context, request: Request, parameters: Parameters): Answer {
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

function remove(context: Context, request: Request, parameters: Parameters): Answer {
  const subscription = findSubscription(context, parameters);
  const group = findGroup(context, parameters);
  const ending = context.operations.endingOf(request);
  return context.operations.start(request, {
    resource: `/subscriptions/${subscription.id}`,
    kind: "group",
    form: "location",
    first: { status: 202 },
    underWay: "Deleting",
    ending,
    end: async () => {
      if (ending.isDone) {
        subscription.groups.delete(group.name);
        await Promise.all([...group.registries].map((registry) => registry.close()));
      }
    },
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
