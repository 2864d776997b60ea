import { authorityHandler, namedClientId } from "./authority/authority.js";
import { makeCertificate } from "./certificate.js";
import { Clock } from "./clock.js";
import { type Connection, environmentFor } from "./connection.js";
import { Faults } from "./faults.js";
import type { Handler } from "./http.js";
import { type Directory, newDirectory, type Ordinal, subscriptionIds } from "./identity.js";
import { JwtSigner } from "./jwt.js";
import { NameMap } from "./names.js";
import type { LocalAzureOptions } from "./options.js";
import { type RecordedRequest, Recorder } from "./recorder.js";
import type { Authority } from "./registry/context.js";
import { registryHandler } from "./registry/requestHandler.js";
import { sampleImages } from "./registry/samples.js";
import { callerOf } from "./resourceManager/authentication.js";
import {
  allRegistries,
  allVaults,
  type Context,
  type NewRegistry,
  type NewVault,
  newSystemData,
  registriesOf,
} from "./resourceManager/context.js";
import { checkName } from "./resourceManager/limits.js";
import { Locks } from "./resourceManager/locks.js";
import { Operations } from "./resourceManager/operations.js";
import { Policies } from "./resourceManager/policies.js";
import { newGroup } from "./resourceManager/resourceGroups.js";
import { resourceManagerHandler } from "./resourceManager/resourceManager.js";
import { systemScopeMaps } from "./resourceManager/scopeMaps.js";
import { azureRates, Throttle } from "./resourceManager/throttle.js";
import { type Listener, type ServerContext, startListener } from "./server.js";
import type { Registry, Subscription, Vault } from "./state.js";
import { makeTrustFolder, type TrustFolder } from "./trust.js";
import { type VaultAuthority, vaultHandler } from "./vault/requestHandler.js";

/** A running local Azure. */
export interface LocalAzure {
  readonly connection: Connection;
  /** Environment variables that point Azure's and Pulumi's clients at this Azure. */
  readonly environment: Record<string, string>;
  readonly faults: Faults;
  /** The assignments of Azure Policy, none at the start. */
  readonly policies: Policies;
  /** Every request so far, in the order of the responses. */
  readonly requests: readonly RecordedRequest[];
  /** Time until the registry accepts a new password, in milliseconds. A change applies to every password at once. */
  replicationLagMs: number;
  /** Closes open connections and removes the folder of caFile. A second call has no effect. */
  close(): Promise<void>;
}

const location = "westeurope";

/** Starts a local Azure on loopback, at ports that the system chooses, and resolves when it is ready. */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const wanted = options.registries ?? [{ name: "myregistry", resourceGroup: "myresourcegroup" }];
  checkRegistries(wanted.map(({ name }) => name));
  const signer = new JwtSigner();
  const directory = newDirectory();
  const subscriptions = newSubscriptions(directory, options.access);
  const clock = new Clock(options.now ?? (() => new Date()));
  const serverContext: ServerContext = {
    certificate: await makeCertificate(),
    faults: new Faults(),
    recorder: new Recorder(options.record),
    latencyMs: options.latencyMs ?? 0,
    now: () => clock.now(),
  };
  let replicationLagMs = options.replicationLagMs ?? 0;
  const ownersOf = (resource: string) =>
    Object.values(subscriptions).find(({ id }) => resource.startsWith(`/subscriptions/${id}/`))?.principals ??
    new Set<string>();
  const registryAuthority: Authority = {
    signer,
    tenantId: directory.tenantId,
    resourceManager: () => `https://${resourceManager.address}`,
    owners: ({ id }) => ownersOf(id),
  };
  const vaultAuthority: VaultAuthority = {
    signer,
    tenantId: directory.tenantId,
    address: () => `https://${authority.address}`,
    owners: ({ id }) => ownersOf(id),
  };
  const context: Context = {
    directory,
    subscriptions: Object.values(subscriptions),
    clock,
    operations: new Operations(serverContext.faults, options.operationMs ?? 0, options.retryAfterSeconds),
    locks: new Locks(),
    policies: new Policies(),
    throttle: newThrottle(options.throttling ?? false),
    generateCredentialsStatus: options.generateCredentialsStatus ?? 200,
    openRegistry: (registry) =>
      openRegistry(registry, clock, registryAuthority, serverContext, () => replicationLagMs),
    openVault: (vault) => openVault(vault, clock, vaultAuthority, serverContext),
  };
  for (const { name, resourceGroup, subscription: which = "first" } of wanted) {
    const { groups } = subscriptions[which];
    const group = groups.get(resourceGroup) ?? newGroup(subscriptions[which], resourceGroup, location);
    groups.add(group);
    const caller = directory.identities[which].clientId;
    group.registries.add(
      await context.openRegistry({
        name,
        group,
        location,
        sku: "Premium",
        tags: {},
        adminUserEnabled: false,
        dataEndpointEnabled: false,
        systemData: newSystemData({ caller }, clock.stamp()),
      }),
    );
  }
  const authority = await startListener(
    "authority",
    authorityHandler(directory, signer),
    serverContext,
    namedClientId,
  );
  const authorityUrl = `https://${authority.address}`;
  const resourceManager = await startListener(
    "resourceManager",
    resourceManagerHandler(context, signer, authorityUrl),
    serverContext,
    (request) => callerOf(request, signer),
  );
  const trust = makeTrustFolder(serverContext.certificate.certificate);
  const connection: Connection = {
    resourceManager: `https://${resourceManager.address}`,
    authority: authorityUrl,
    metadataHost: resourceManager.address,
    tenantId: directory.tenantId,
    ...directory.identities.first,
    subscriptionId: subscriptionIds.first,
    other: { ...directory.identities.second, subscriptionId: subscriptionIds.second },
    caFile: trust.caFile,
    registries: describeRegistries(context),
  };
  return {
    connection,
    environment: environmentFor(connection),
    faults: serverContext.faults,
    policies: context.policies,
    requests: serverContext.recorder.requests,
    get replicationLagMs() {
      return replicationLagMs;
    },
    set replicationLagMs(milliseconds: number) {
      replicationLagMs = milliseconds;
    },
    close: () =>
      closeAll(
        [authority, resourceManager, ...allRegistries(context), ...allVaults(context)],
        serverContext.recorder,
        trust,
      ),
  };
}

function newSubscriptions(
  { identities }: Directory,
  access: LocalAzureOptions["access"] = {},
): Record<Ordinal, Subscription> {
  const mayAct = { first: access.first ?? ["first"], second: access.second ?? ["second"] };
  const newSubscription = (which: Ordinal, displayName: string): Subscription => ({
    id: subscriptionIds[which],
    displayName,
    groups: new NameMap(),
    deletedVaults: new NameMap(),
    principals: new Set(
      (["first", "second"] as const)
        .filter((principal) => mayAct[principal].includes(which))
        .map((principal) => identities[principal].clientId),
    ),
  });
  return {
    first: newSubscription("first", "Local Azure"),
    second: newSubscription("second", "Local Azure, the other one"),
  };
}

function newThrottle(wanted: NonNullable<LocalAzureOptions["throttling"]>): Throttle {
  const rates = typeof wanted === "object" ? { ...azureRates, ...wanted } : azureRates;
  return new Throttle(rates, wanted !== false);
}

function describeRegistries({ subscriptions }: Context): Connection["registries"] {
  return subscriptions.flatMap((subscription) =>
    registriesOf(subscription).map(({ name, group, loginServer }) => ({
      name,
      resourceGroup: group.name,
      subscriptionId: subscription.id,
      loginServer,
    })),
  );
}

/** Rejects invalid registry names before anything is opened. */
function checkRegistries(names: string[]): void {
  for (const [index, name] of names.entries()) {
    checkName("registry", name);
    if (names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase())) {
      throw new Error(
        `The registry '${name}' is given twice: a registry's name is unique across all resource groups.`,
      );
    }
  }
}

/** Starts the server of a new registry. */
async function openRegistry(
  { name, group, systemData, ...rest }: NewRegistry,
  clock: Clock,
  authority: Authority,
  serverContext: ServerContext,
  replicationLagMs: () => number,
): Promise<Registry> {
  const id = `${group.id}/providers/Microsoft.ContainerRegistry/registries/${name}`;
  let handler: Handler;
  const listener = await startListener("registry", (request) => handler(request), serverContext);
  const registry: Registry = {
    ...rest,
    name,
    id,
    group,
    creationDate: systemData.createdAt,
    systemData,
    provisioningState: "Succeeded",
    scopeMaps: new NameMap(),
    tokens: new NameMap(),
    connectedRegistries: new NameMap(),
    images: sampleImages(clock),
    // Docker's daemon accepts registries on 127.0.0.0/8 without their certificate. crane and skopeo distinguish a host
    // from a repository by the port. A name such as localhost may also resolve to ::1.
    loginServer: listener.address,
    close: listener.close,
  };
  for (const scopeMap of systemScopeMaps(id, systemData)) {
    registry.scopeMaps.add(scopeMap);
  }
  handler = registryHandler({ registry, clock, signer: new JwtSigner(), authority, replicationLagMs });
  return registry;
}

/** Starts the server of a new vault. */
async function openVault(
  made: NewVault,
  clock: Clock,
  authority: VaultAuthority,
  serverContext: ServerContext,
): Promise<Vault> {
  let handler: Handler;
  const listener = await startListener("vault", (request) => handler(request), serverContext);
  const vault: Vault = {
    ...made,
    secrets: new NameMap(),
    deletedSecrets: new NameMap(),
    deletedAt: undefined,
    uri: `https://${listener.address}/`,
    close: listener.close,
  };
  handler = vaultHandler({ vault, clock, authority });
  return vault;
}

async function closeAll(
  listeners: Pick<Listener, "close">[],
  recorder: Recorder,
  trust: TrustFolder,
): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
  recorder.close();
  trust.remove();
}
