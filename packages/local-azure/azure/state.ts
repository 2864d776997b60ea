import type { NameMap } from "./names.js";
import type { Images } from "./registry/images.js";

/** The systemData of a resource. createdBy and lastModifiedBy are client ids. */
export interface SystemData {
  readonly createdBy: string;
  readonly createdAt: string;
  lastModifiedBy: string;
  lastModifiedAt: string;
}

export interface Subscription {
  /** Without /subscriptions/ before it. */
  readonly id: string;
  readonly displayName: string;
  readonly groups: NameMap<ResourceGroup>;
  /** Vaults that are deleted and not yet purged: their names stay in use. */
  readonly deletedVaults: NameMap<Vault>;
  /** Client ids of the service principals that may act in it. */
  readonly principals: ReadonlySet<string>;
}

export interface ResourceGroup {
  readonly name: string;
  readonly id: string;
  readonly location: string;
  tags: Record<string, string>;
  readonly registries: NameMap<Registry>;
  readonly vaults: NameMap<Vault>;
}

export type Sku = "Basic" | "Standard" | "Premium";

export interface Registry {
  readonly name: string;
  readonly id: string;
  readonly group: ResourceGroup;
  readonly location: string;
  sku: Sku;
  tags: Record<string, string>;
  adminUserEnabled: boolean;
  dataEndpointEnabled: boolean;
  readonly creationDate: string;
  readonly systemData: SystemData;
  provisioningState: ProvisioningState;
  readonly scopeMaps: NameMap<ScopeMap>;
  readonly tokens: NameMap<Token>;
  readonly connectedRegistries: NameMap<ConnectedRegistry>;
  readonly images: Images;
  /** The registry's host and port. */
  readonly loginServer: string;
  readonly close: () => Promise<void>;
}

export interface ScopeMap {
  readonly name: string;
  readonly id: string;
  readonly type: "UserDefined" | "SystemDefined";
  description: string | undefined;
  actions: readonly string[];
  readonly creationDate: string;
  readonly systemData: SystemData;
  provisioningState: ProvisioningState;
}

export type ProvisioningState = "Creating" | "Updating" | "Deleting" | OperationEnd;

/** How a long-running operation ends. */
export type OperationEnd = "Succeeded" | "Failed" | "Canceled";

export interface Token {
  readonly name: string;
  readonly id: string;
  scopeMapId: string;
  status: "enabled" | "disabled";
  passwords: Partial<Record<PasswordName, Password>>;
  readonly creationDate: string;
  readonly systemData: SystemData;
  provisioningState: ProvisioningState;
  /** Whether generateCredentials is in progress: writes then get 409. */
  generatesCredentials: boolean;
}

/** The settings of a connected registry, as a client sends them and Azure returns them. */
export interface ConnectedRegistrySettings {
  mode: ConnectedRegistryMode;
  /** The connected registry to sync with; undefined: the cloud registry. */
  parentId: string | undefined;
  /** The resource id of the token for the sign-in to the parent. */
  syncTokenId: string;
  /** A cron expression. */
  schedule: string;
  /** An ISO 8601 duration. */
  messageTtl: string;
  /** An ISO 8601 duration; undefined: always. */
  syncWindow: string | undefined;
  /** Resource ids of the tokens of its own clients. */
  clientTokenIds: readonly string[];
  logging: { logLevel: string; auditLogStatus: string };
  notificationsList: readonly string[];
  garbageCollection: { enabled: boolean; schedule: string };
}

export const connectedRegistryModes = ["ReadOnly", "ReadWrite", "Registry", "Mirror"] as const;
export type ConnectedRegistryMode = (typeof connectedRegistryModes)[number];

/** A connected registry. The emulator cannot install one: it stays inactive and offline. */
export interface ConnectedRegistry extends ConnectedRegistrySettings {
  readonly name: string;
  readonly id: string;
  readonly systemData: SystemData;
  provisioningState: ProvisioningState;
}

/** The settings of a vault, as a client sends them and Azure returns them. */
export interface VaultSettings {
  location: string;
  tags: Record<string, string>;
  tenantId: string;
  sku: "standard" | "premium";
  /** The permissions for its secrets, unless roles apply. */
  accessPolicies: readonly AccessPolicy[];
  enableRbacAuthorization: boolean;
  softDeleteRetentionInDays: number;
  enablePurgeProtection: boolean;
  publicNetworkAccess: string;
  /** The vault's firewall, without its rules, which are not evaluated; undefined: every address is allowed. */
  networkAcls: { readonly defaultAction: "Allow" | "Deny" } | undefined;
}

export interface AccessPolicy {
  readonly tenantId: string;
  readonly objectId: string;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

export interface Vault extends VaultSettings {
  readonly name: string;
  readonly id: string;
  readonly systemData: SystemData;
  /** When its creation ends, in ms of `Date.now()`. */
  readonly readyAtMs: number;
  readonly secrets: NameMap<Secret>;
  /** Secrets that are deleted and not yet purged: their names stay in use. */
  readonly deletedSecrets: NameMap<Secret>;
  /** When it was deleted; undefined if it is not deleted. */
  deletedAt: Date | undefined;
  /** Address of its data plane, with a trailing slash. */
  readonly uri: string;
  readonly close: () => Promise<void>;
}

export interface Secret {
  readonly name: string;
  /** The last version is the current version. */
  readonly versions: SecretVersion[];
  deletedAt: Date | undefined;
}

export interface SecretVersion extends SecretContent {
  /** 32 hexadecimal digits. */
  readonly version: string;
  /** In whole seconds since 1970. */
  readonly created: number;
  /** In whole seconds since 1970. */
  updated: number;
}

/** The content of a secret's version. Times are in whole seconds since 1970. */
export interface SecretContent {
  value: string;
  contentType: string | undefined;
  enabled: boolean;
  notBefore: number | undefined;
  expires: number | undefined;
  tags: Record<string, string>;
}

export const passwordNames = ["password1", "password2"] as const;
export type PasswordName = (typeof passwordNames)[number];

/** A password of a token: only its hash is kept, the client that generated it has the value. */
export interface Password {
  readonly name: PasswordName;
  readonly creationTime: string;
  /** In Azure's time format; null: it never expires. */
  expiry: string | null;
  readonly hash: Buffer;
  /** When it was generated, in ms of `performance.now()`: replicas get it after the replication lag in real time. */
  readonly createdAtMs: number;
}
