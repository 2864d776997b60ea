/** What a stand-in provider has to be able to do, free of gRPC. */
import type { Properties } from "../values.js";

/** The resource that a call is about. */
export interface ResourceReference {
  /** Its type token, for example `random:index/randomUuid:RandomUuid`. */
  type: string;
  /** Its logical name. */
  name: string;
}

/** The answer to whether inputs will do. */
export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export type ChangeKind = "add" | "delete" | "update";

/** What changed between old and new inputs. */
export interface Changes {
  /** The top-level properties that changed. */
  properties: string[];
  /** Those of them for which the resource has to be replaced. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** Each changed path, such as `credentials.passwords[0].name`; left out where the provider does not say. */
  paths?: Map<string, ChangeKind>;
}

/** A resource's state, as the provider knows it. */
export interface ResourceState {
  id: string;
  outputs: Properties;
  inputs: Properties;
}

/** Values arrive without secrets (the engine keeps track of them) and may be answered with. */
export interface StandInProvider {
  readonly version: string;
  /** The package's schema, in Pulumi's form. */
  schema(): object;
  /** @param settings the configuration, by bare name */
  configure(settings: Map<string, string>): void;
  check(resource: ResourceReference, olds: Properties, news: Properties, seed: Uint8Array): Promise<Checked>;
  diff(resource: ResourceReference, olds: Properties, news: Properties): Changes;
  create(resource: ResourceReference, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  previewCreate(resource: ResourceReference, inputs: Properties): Properties;
  /**
   * @param old the state to refresh; undefined for an import
   * @returns undefined for a resource that is gone
   */
  read(
    resource: ResourceReference,
    id: string,
    old: { outputs: Properties; inputs: Properties } | undefined,
  ): Promise<ResourceState | undefined>;
  update(resource: ResourceReference, id: string, news: Properties): Promise<Properties>;
  previewUpdate(resource: ResourceReference, oldOutputs: Properties, news: Properties): Properties;
  delete(resource: ResourceReference, id: string): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
  /** Gives up what is under way. */
  cancel(): void;
}

/** A resource was made or changed, but not all went well: its state has to be saved all the same. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    readonly state: ResourceState,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
