/** The interface of a resource provider, without gRPC. */
import type { Properties } from "./values.js";

/** The resource that a call is about. */
export interface ResourceReference {
  readonly urn: string;
  /** Its type token, for example `random:index/randomUuid:RandomUuid`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  /**
   * Shows a message in the Status column beside the resource, in place of the previous one. Does nothing without a terminal.
   * Never fails, and is not in the log.
   */
  showStatus(message: string): void;
  /** How long the operation may take, if the program says so in `customTimeouts`. */
  readonly timeoutMs?: number;
}

/** A fault of one input. The engine reports it on the resource and stops. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** The inputs after a check, and their faults. */
export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export type ChangeKind = "add" | "delete" | "update";

/** How to choose the name of a resource if the program gives none (https://www.pulumi.com/docs/iac/concepts/resources/names). */
export interface Autonaming {
  /** `propose`: the name is a proposal; `enforce`: the name is required; `disable`: no name is chosen. */
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** How inputs differ from a resource's state. */
export interface Changes {
  /** Whether the resource needs an update or a replacement. */
  readonly hasChanges: boolean;
  /** The properties whose change replaces the resource. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** The changed top-level properties. Without them the engine compares the inputs itself. */
  readonly properties?: readonly string[];
  /** Each changed path, such as `credentials.passwords[0].name`; absent if the provider does not list them. */
  readonly paths?: ReadonlyMap<string, ChangeKind>;
}

/** A resource's state, as the provider knows it. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/** The saved state of a resource to read. An import has no inputs, and no outputs. */
export interface ReadState {
  readonly outputs: Properties;
  readonly inputs?: Properties;
}

/**
 * A provider. A null of the program arrives as absent. A value that a preview does not know yet is `unknown`, in arguments and
 * results.
 */
export interface Provider {
  readonly version: string;
  /**
   * Whether secrets arrive in their envelopes. Otherwise the engine tracks which inputs are secret; the provider may still
   * return secrets.
   */
  readonly acceptsSecrets: boolean;
  /**
   * Whether the provider follows the project's autonaming settings.
   *
   * @default false
   */
  readonly supportsAutonaming?: boolean;
  /** The package's schema, in Pulumi's form, as JSON. */
  schema(): string;
  /** @param settings the configuration, by bare name */
  configure(settings: ReadonlyMap<string, string>): void;
  /**
   * @param olds the inputs in the state; empty for a new resource
   * @param seed for random values that must be the same in preview and update
   */
  check(
    resource: ResourceReference,
    olds: Properties,
    news: Properties,
    seed: Uint8Array,
    autonaming?: Autonaming,
  ): CheckResult | Promise<CheckResult>;
  diff(resource: ResourceReference, old: ResourceState, news: Properties): Changes | Promise<Changes>;
  create(resource: ResourceReference, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** The expected outputs of {@link create}. Changes nothing. */
  previewCreate(resource: ResourceReference, inputs: Properties): Properties | Promise<Properties>;
  /**
   * @param old the state to refresh; without inputs it is an import
   * @returns undefined if the resource does not exist any more
   */
  read(resource: ResourceReference, id: string, old: ReadState): Promise<ResourceState | undefined>;
  /** @returns the new outputs */
  update(resource: ResourceReference, old: ResourceState, news: Properties): Promise<Properties>;
  /** The expected outputs of {@link update}. Changes nothing. */
  previewUpdate(
    resource: ResourceReference,
    old: ResourceState,
    news: Properties,
  ): Properties | Promise<Properties>;
  delete(resource: ResourceReference, old: ResourceState): Promise<void>;
  /** Calls one of the package's functions. */
  invoke(token: string, args: Properties): Promise<Properties>;
  /**
   * Constructs a component for a program in another language, which only Pulumi's SDK can do. Request and response are
   * serialized messages.
   *
   * @param engineAddress the engine's host and port
   */
  construct?(request: Buffer, engineAddress: string): Promise<Buffer>;
  /** Cancels all pending operations. */
  cancel(): void;
}

/** A resource was only partially created or updated. The engine saves its state. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    /**
     * The engine takes over the inputs after a read alone. After a create or an update it saves the inputs of the call
     * (parseError in pulumi/pulumi's provider_plugin.go).
     */
    readonly state: Omit<ResourceState, "inputs"> & Partial<ResourceState>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
