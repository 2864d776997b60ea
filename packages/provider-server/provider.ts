/** What a resource provider has to be able to do, free of gRPC. */
import type { Properties } from "./values.js";

/** The resource that a call is about. */
export interface ResourceReference {
  readonly urn: string;
  /** Its type token, for example `random:index/randomUuid:RandomUuid`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  /**
   * Shows a message in the Status column beside the resource, in the place of the last one. Where nobody can see it,
   * nothing happens; it never fails, and has no place in the log.
   */
  showStatus(message: string): void;
  /** How long the operation may take, if the program says so in `customTimeouts`. */
  readonly timeoutMs?: number;
}

/** Something wrong with one input. The engine shows it on the resource, and does nothing. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** The answer to whether inputs will do. */
export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export type ChangeKind = "add" | "delete" | "update";

/** How a name is to be found that a program does not give (https://www.pulumi.com/docs/iac/concepts/resources/names). */
export interface Autonaming {
  /** `propose`: the name is a proposal; `enforce`: it is the name; `disable`: there is to be none. */
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** How inputs differ from a resource's state. */
export interface Changes {
  /** Whether there is anything to do. */
  readonly hasChanges: boolean;
  /** The properties for which the resource has to be replaced. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** The top-level properties that changed. Left out, the engine compares the inputs itself, to show how they differ. */
  readonly properties?: readonly string[];
  /** Each changed path, such as `credentials.passwords[0].name`; left out where the provider does not say. */
  readonly paths?: ReadonlyMap<string, ChangeKind>;
}

/** A resource's state, as the provider knows it. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/** What stands in the state about a resource that is to be read: nothing but outputs, or not even those, in an import. */
export interface ReadState {
  readonly outputs: Properties;
  readonly inputs?: Properties;
}

/**
 * A provider. What a program gives as null arrives as not given. What a preview does not know yet arrives, and may be
 * answered, as `unknown`.
 */
export interface Provider {
  readonly version: string;
  /**
   * Whether secrets arrive in their envelopes. Without them the engine keeps track of which inputs are secret, and may
   * still be answered with secrets.
   */
  readonly acceptsSecrets: boolean;
  /** Whether a program's rules for names are obeyed. Default: false. */
  readonly supportsAutonaming?: boolean;
  /** The package's schema, in Pulumi's form, as JSON. */
  schema(): string;
  /** @param settings the configuration, by bare name */
  configure(settings: ReadonlyMap<string, string>): void;
  /**
   * @param olds the inputs in the state; empty for a new resource
   * @param seed for what is random and must come out the same in the preview and the update
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
  /** The outputs to expect of {@link create}. Does nothing. */
  previewCreate(resource: ResourceReference, inputs: Properties): Properties;
  /**
   * @param old the state to refresh; without inputs it is an import
   * @returns undefined for a resource that is gone
   */
  read(resource: ResourceReference, id: string, old: ReadState): Promise<ResourceState | undefined>;
  /** @returns the new outputs */
  update(resource: ResourceReference, old: ResourceState, news: Properties): Promise<Properties>;
  /** The outputs to expect of {@link update}. Does nothing. */
  previewUpdate(resource: ResourceReference, old: ResourceState, news: Properties): Properties;
  delete(resource: ResourceReference, old: ResourceState): Promise<void>;
  /** Calls one of the package's functions. */
  invoke(token: string, args: Properties): Promise<Properties>;
  /**
   * Creates a component for a program in another language: what only Pulumi's own SDK can do. Both ways the messages
   * stay serialized.
   *
   * @param engineAddress where the engine listens
   */
  construct?(request: Buffer, engineAddress: string): Promise<Buffer>;
  /** Gives up what is under way. */
  cancel(): void;
}

/** A resource was made or changed, but not all went well: its state has to be saved all the same. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    /** Without inputs, those of the call are saved. */
    readonly state: Omit<ResourceState, "inputs"> & Partial<ResourceState>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
