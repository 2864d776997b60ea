import { randomBytes, randomUUID } from "node:crypto";
import { authorityHandler } from "./authority/authority.js";
import { makeCertificate } from "./certificate.js";
import { Clock } from "./clock.js";
import { Faults } from "./faults.js";
import type { Handler } from "./http.js";
import type { Identity } from "./identity.js";
import { JwtSigner } from "./jwt.js";
import { NameMap } from "./names.js";
import { type RecordedRequest, Recorder } from "./recorder.js";
import type { Authority } from "./registry/context.js";
import { doorHandler } from "./registry/door.js";
import { sampleImages } from "./registry/samples.js";
import { allRegistries, type Context, type NewRegistry } from "./resourceManager/context.js";
import { checkName } from "./resourceManager/limits.js";
import { Operations } from "./resourceManager/operations.js";
import { newGroup } from "./resourceManager/resourceGroups.js";
import { resourceManagerHandler } from "./resourceManager/resourceManager.js";
import { systemScopeMaps } from "./resourceManager/scopeMaps.js";
import { type Door, openDoor, type Surroundings } from "./server.js";
import type { Registry } from "./state.js";
import { makeTrustFolder, type TrustFolder } from "./trust.js";

/** How a local Azure is to be. */
export interface LocalAzureOptions {
  /** The registries that exist from the start. Default: one, "myregistry" in "myresourcegroup". */
  registries?: { name: string; resourceGroup: string }[];
  /** Milliseconds before every answer. Default 0. */
  latency?: number;
  /** Milliseconds that a long-running operation takes. Default 0; it has the long-running form all the same. */
  operation?: number;
  /** Milliseconds before a newly generated password is accepted at the registry's door. Default 0. */
  replicationLag?: number;
  /**
   * File to append to, one JSON object a line for every request: host, method, url, request headers and body, status,
   * response headers and body. It holds the secrets of this Azure. Default: none.
   */
  record?: string;
  /** The clock for creation times and expiries, asked every time. Default: the system's. */
  now?: () => Date;
  /** How generateCredentials answers: 202 and a result to poll for, or 200 at once; Azure does either. Default 202. */
  generateCredentialsStatus?: 200 | 202;
}

/** Where a local Azure is and how to get in. */
export interface Connection {
  /** Address of the resource manager, such as https://127.0.0.1:40001. */
  resourceManager: string;
  /** Address of the sign-in host, such as https://127.0.0.1:40002. */
  authority: string;
  /** Host and port of the cloud's metadata, without a scheme, as ARM_METADATA_HOSTNAME takes it. */
  metadataHost: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** A federated token that signs in instead of the secret, as ARM_OIDC_TOKEN. */
  oidcToken: string;
  subscriptionId: string;
  /** PEM file to trust: this Azure's certificate, and whatever the parent process trusts beyond the system's. */
  caFile: string;
  /** Login servers are host:port. */
  registries: { name: string; resourceGroup: string; loginServer: string }[];
}

/** A local Azure that runs. */
export interface LocalAzure {
  readonly connection: Connection;
  /** What a process must have in its environment for Azure's and Pulumi's clients to come here. */
  readonly environment: Record<string, string>;
  readonly faults: Faults;
  /** Every request so far, in the order of the answers. */
  readonly requests: readonly RecordedRequest[];
  /** Milliseconds before a newly generated password is accepted; holds at once for every password. */
  replicationLag: number;
  /** Ends it: open connections are cut and the folder of caFile is removed. To close it again does nothing. */
  close(): Promise<void>;
}

// The same in every run, so that the ids in a stack's state stay valid when a new local Azure takes over.
const tenantId = "11111111-1111-4111-8111-111111111111";
const subscriptionId = "22222222-2222-4222-8222-222222222222";
const clientId = "33333333-3333-4333-8333-333333333333";

const location = "westeurope";

/** Starts a local Azure on loopback, at ports that the system chooses, and resolves when it can be used. */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const wanted = options.registries ?? [{ name: "myregistry", resourceGroup: "myresourcegroup" }];
  checkRegistries(wanted.map(({ name }) => name));
  const signer = new JwtSigner();
  const identity: Identity = {
    tenantId,
    subscriptionId,
    clientId,
    clientSecret: randomBytes(30).toString("base64url"),
    oidcToken: new JwtSigner().sign({
      iss: "https://issuer.invalid",
      sub: clientId,
      aud: "api://AzureADTokenExchange",
      jti: randomUUID(),
    }),
  };
  const clock = new Clock(options.now ?? (() => new Date()));
  const surroundings: Surroundings = {
    certificate: await makeCertificate(),
    faults: new Faults(),
    recorder: new Recorder(options.record),
    latency: options.latency ?? 0,
  };
  let replicationLag = options.replicationLag ?? 0;
  const registryAuthority: Authority = {
    signer,
    tenantId,
    resourceManager: () => `https://${resourceManager.address}`,
    owners: () => new Set([clientId]),
  };
  const context: Context = {
    identity,
    groups: new NameMap(),
    clock,
    operations: new Operations(options.operation ?? 0),
    generateCredentialsStatus: options.generateCredentialsStatus ?? 202,
    openRegistry: (registry) =>
      openRegistry(registry, clock, registryAuthority, surroundings, () => replicationLag),
  };
  for (const { name, resourceGroup } of wanted) {
    const group = context.groups.get(resourceGroup) ?? newGroup(context, resourceGroup, location);
    context.groups.add(group);
    group.registries.add(
      await context.openRegistry({
        name,
        group,
        location,
        sku: "Premium",
        tags: {},
        adminUserEnabled: false,
      }),
    );
  }
  const authority = await openDoor("authority", authorityHandler(identity, signer), surroundings);
  const authorityUrl = `https://${authority.address}`;
  const resourceManager = await openDoor(
    "resourceManager",
    resourceManagerHandler(context, signer, authorityUrl),
    surroundings,
  );
  const trust = makeTrustFolder(surroundings.certificate.certificate);
  const connection: Connection = {
    resourceManager: `https://${resourceManager.address}`,
    authority: authorityUrl,
    metadataHost: resourceManager.address,
    ...identity,
    caFile: trust.caFile,
    registries: allRegistries(context).map(({ name, group, loginServer }) => ({
      name,
      resourceGroup: group.name,
      loginServer,
    })),
  };
  return {
    connection,
    environment: environmentFor(connection),
    faults: surroundings.faults,
    requests: surroundings.recorder.requests,
    get replicationLag() {
      return replicationLag;
    },
    set replicationLag(milliseconds: number) {
      replicationLag = milliseconds;
    },
    close: () =>
      closeAll([authority, resourceManager, ...allRegistries(context)], surroundings.recorder, trust),
  };
}

/** Before anything is open that would have to be closed again. */
function checkRegistries(names: string[]): void {
  for (const [index, name] of names.entries()) {
    checkName("registry", name);
    if (names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase())) {
      throw new Error(`The registry '${name}' is there twice: a name is taken in every resource group.`);
    }
  }
}

/** Opens a new registry's door, which listens at once. */
async function openRegistry(
  { name, group, ...rest }: NewRegistry,
  clock: Clock,
  authority: Authority,
  surroundings: Surroundings,
  replicationLag: () => number,
): Promise<Registry> {
  const id = `${group.id}/providers/Microsoft.ContainerRegistry/registries/${name}`;
  const creationDate = clock.stamp();
  let handler: Handler;
  const door = await openDoor("registry", (request) => handler(request), surroundings);
  const registry: Registry = {
    ...rest,
    name,
    id,
    group,
    creationDate,
    systemData: { createdAt: creationDate, lastModifiedAt: creationDate },
    scopeMaps: new NameMap(),
    tokens: new NameMap(),
    images: sampleImages(clock),
    // Docker's daemon takes registries on 127.0.0.0/8 without knowing their certificate; crane and skopeo take the port
    // as a sign that this is a registry's host and no repository. A name such as localhost may also mean ::1.
    loginServer: door.address,
    close: door.close,
  };
  for (const scopeMap of systemScopeMaps(id, clock)) {
    registry.scopeMaps.add(scopeMap);
  }
  handler = doorHandler({ registry, clock, signer: new JwtSigner(), authority, replicationLag });
  return registry;
}

function environmentFor(connection: Connection): Record<string, string> {
  const noProxy = [process.env.NO_PROXY ?? process.env.no_proxy, "127.0.0.1", "localhost"]
    .filter(Boolean)
    .join(",");
  return {
    ARM_CLIENT_ID: connection.clientId,
    ARM_CLIENT_SECRET: connection.clientSecret,
    ARM_TENANT_ID: connection.tenantId,
    ARM_SUBSCRIPTION_ID: connection.subscriptionId,
    // Enough for azure-native, which does not look at ARM_ENVIRONMENT then; ARM_METADATA_HOST is its older name.
    ARM_METADATA_HOSTNAME: connection.metadataHost,
    ARM_METADATA_HOST: connection.metadataHost,
    // Microsoft's list of known sign-in hosts does not have ours.
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    NODE_EXTRA_CA_CERTS: connection.caFile,
    SSL_CERT_FILE: connection.caFile,
    REQUESTS_CA_BUNDLE: connection.caFile,
    // Azure's clients send even loopback through a proxy, unless told.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

async function closeAll(doors: Pick<Door, "close">[], recorder: Recorder, trust: TrustFolder): Promise<void> {
  await Promise.all(doors.map((door) => door.close()));
  recorder.close();
  trust.remove();
}
