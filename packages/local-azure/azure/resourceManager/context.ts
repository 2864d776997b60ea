import type { Clock } from "../clock.js";
import type { Request } from "../http.js";
import type { Directory } from "../identity.js";
import type { NameMap } from "../names.js";
import type { Parameters } from "../router.js";
import type {
  Registry,
  ResourceGroup,
  Sku,
  Subscription,
  SystemData,
  Vault,
  VaultSettings,
} from "../state.js";
import { AzureError, notFound } from "./errors.js";
import type { Locks } from "./locks.js";
import type { Operations } from "./operations.js";
import type { Policies } from "./policies.js";
import type { Throttle } from "./throttle.js";

/** The state and the services that the routes of the resource manager share. */
export interface Context {
  readonly directory: Directory;
  readonly subscriptions: readonly Subscription[];
  readonly clock: Clock;
  readonly operations: Operations;
  readonly locks: Locks;
  readonly policies: Policies;
  readonly throttle: Throttle;
  /** The status of generateCredentials: 200 with the passwords, or 202 with an operation. */
  readonly generateCredentialsStatus: 200 | 202;
  /** Starts the server of a new registry. */
  readonly openRegistry: (registry: NewRegistry) => Promise<Registry>;
  /** Starts the server of a new vault. */
  readonly openVault: (vault: NewVault) => Promise<Vault>;
}

export interface NewVault extends VaultSettings {
  readonly name: string;
  readonly id: string;
  readonly systemData: SystemData;
  readonly readyAtMs: number;
}

export interface NewRegistry {
  readonly name: string;
  readonly group: ResourceGroup;
  readonly location: string;
  readonly sku: Sku;
  readonly tags: Record<string, string>;
  readonly adminUserEnabled: boolean;
  readonly dataEndpointEnabled: boolean;
  readonly systemData: SystemData;
}

/** The subscription that a path names; undefined for a path in no subscription. */
export function subscriptionOf({ subscriptions }: Context, path: string): Subscription | undefined {
  const id = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1];
  if (id === undefined) {
    return undefined;
  }
  const found = subscriptions.find((known) => known.id === id.toLowerCase());
  if (found === undefined) {
    throw new AzureError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
  }
  return found;
}

/** The subscription that a route's path names. */
export function findSubscription(context: Context, { subscription }: Parameters): Subscription {
  return subscriptionOf(context, `/subscriptions/${subscription}`) as Subscription;
}

/** The resource group that a path names. */
export function findGroup(context: Context, parameters: Parameters): ResourceGroup {
  const found = findSubscription(context, parameters).groups.get(parameters.group);
  if (found === undefined) {
    throw new AzureError(
      404,
      "ResourceGroupNotFound",
      `Resource group '${parameters.group}' could not be found.`,
    );
  }
  return found;
}

/** The registry that a path names. */
export function findRegistry(context: Context, parameters: Parameters): Registry {
  const group = findGroup(context, parameters);
  const found = group.registries.get(parameters.registry);
  if (found === undefined) {
    throw resourceNotFound(`Microsoft.ContainerRegistry/registries/${parameters.registry}`, group);
  }
  return found;
}

/** The resource manager's form of "not found", for a resource that is missing in a resource group. */
export function resourceNotFound(resource: string, group: ResourceGroup): AzureError {
  return new AzureError(
    404,
    "ResourceNotFound",
    `The Resource '${resource}' under resource group '${group.name}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** The registry that a path names, as the parent of a PUT. */
export function findParentRegistry(context: Context, parameters: Parameters): Registry {
  const found = findGroup(context, parameters).registries.get(parameters.registry);
  if (found === undefined) {
    throw new AzureError(
      404,
      "ParentResourceNotFound",
      `Can not perform requested operation on nested resource. Parent resource '${parameters.registry}' not found.`,
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

/** The registries of one subscription. */
export function registriesOf({ groups }: Subscription): Registry[] {
  return [...groups].flatMap((group) => [...group.registries]);
}

/** Every registry of this Azure. */
export function allRegistries({ subscriptions }: Pick<Context, "subscriptions">): Registry[] {
  return subscriptions.flatMap(registriesOf);
}

/** The vaults of one subscription, without deleted vaults. */
export function vaultsOf({ groups }: Subscription): Vault[] {
  return [...groups].flatMap((group) => [...group.vaults]);
}

/** Every vault of this Azure, including deleted vaults. */
export function allVaults({ subscriptions }: Pick<Context, "subscriptions">): Vault[] {
  return subscriptions.flatMap((subscription) => [...vaultsOf(subscription), ...subscription.deletedVaults]);
}

/** The systemData of a resource that a request creates. */
export function newSystemData(by: Pick<Request, "caller">, createdAt: string): SystemData {
  const createdBy = by.caller ?? "";
  return { createdBy, createdAt, lastModifiedBy: createdBy, lastModifiedAt: createdAt };
}

/** Records the caller and the time of a change. */
export function touch({ clock }: Context, data: SystemData, { caller = "" }: Request): void {
  data.lastModifiedBy = caller;
  data.lastModifiedAt = clock.stamp();
}

/** systemData as in a resource's response. */
export function describeSystemData(data: SystemData): object {
  return {
    createdBy: data.createdBy,
    createdByType: "Application",
    createdAt: data.createdAt,
    lastModifiedBy: data.lastModifiedBy,
    lastModifiedByType: "Application",
    lastModifiedAt: data.lastModifiedAt,
  };
}

export const registriesPath =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries";
