import type { Clock } from "../clock.js";
import type { Identity } from "../identity.js";
import type { NameMap } from "../names.js";
import type { Parameters } from "../router.js";
import type { Registry, ResourceGroup, Sku, SystemData } from "../state.js";
import { AzureError, notFound } from "./errors.js";
import type { Operations } from "./operations.js";

/** What the routes of the resource manager work on. */
export interface Context {
  readonly identity: Identity;
  readonly groups: NameMap<ResourceGroup>;
  readonly clock: Clock;
  readonly operations: Operations;
  /** Which of its two forms generateCredentials answers in. */
  readonly generateCredentialsStatus: 200 | 202;
  /** Opens the door of a new registry. */
  readonly openRegistry: (registry: NewRegistry) => Promise<Registry>;
}

export interface NewRegistry {
  readonly name: string;
  readonly group: ResourceGroup;
  readonly location: string;
  readonly sku: Sku;
  readonly tags: Record<string, string>;
  readonly adminUserEnabled: boolean;
}

/** Refuses a subscription that is not ours, where the path names one. */
export function checkSubscription(context: Context, path: string): void {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1];
  if (subscription !== undefined && subscription.toLowerCase() !== context.identity.subscriptionId) {
    throw new AzureError(
      404,
      "SubscriptionNotFound",
      `The subscription '${subscription}' could not be found.`,
    );
  }
}

/** The resource group that a path names. */
export function findGroup({ groups }: Context, { group }: Parameters): ResourceGroup {
  const found = groups.get(group);
  if (found === undefined) {
    throw new AzureError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  return found;
}

/** The registry that a path names, to be read. */
export function findRegistry(context: Context, parameters: Parameters): Registry {
  const group = findGroup(context, parameters);
  const found = group.registries.get(parameters.registry);
  if (found === undefined) {
    throw new AzureError(
      404,
      "ResourceNotFound",
      `The Resource 'Microsoft.ContainerRegistry/registries/${parameters.registry}' under resource group '${group.name}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    );
  }
  return found;
}

/** The child of a registry that a path names. */
export function findChild<Value extends { readonly name: string }>(
  children: NameMap<Value>,
  name: string,
): Value {
  const found = children.get(name);
  if (found === undefined) {
    throw notFound(name);
  }
  return found;
}

/** Every resource group's registries. */
export function allRegistries({ groups }: Context): Registry[] {
  return [...groups].flatMap((group) => [...group.registries]);
}

/** systemData as a resource's answer shows it. */
export function describeSystemData({ clientId }: { readonly clientId: string }, data: SystemData): object {
  return {
    createdBy: clientId,
    createdByType: "Application",
    createdAt: data.createdAt,
    lastModifiedBy: clientId,
    lastModifiedByType: "Application",
    lastModifiedAt: data.lastModifiedAt,
  };
}

export const registriesPath =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries";
