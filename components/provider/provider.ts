import { setMaxListeners } from "node:events";
import type { Properties, Provider, ReadState, ResourceReference, ResourceState } from "provider-server";
import { pluginFunction } from "../args/pluginFunction";
import { TokenCache } from "./azure/api/tokenCache";
import { withProgress } from "./azure/http/progress";
import { withTimeout } from "./azure/http/timeout";
import type { Clock } from "./clock";
import { ComponentHost } from "./construct/componentHost";
import type { LifeCycle } from "./lifeCycle";
import { TokenAccessLifeCycle } from "./tokenAccess";
import { TokenCredentialsLifeCycle } from "./tokenCredentials/lifeCycle";
import { TokensInRun } from "./tokensInRun";

/** The provider: custom resources by type, and the component for programs in other languages. */
export class AcrTokenProvider implements Provider {
  readonly acceptsSecrets = true;
  private readonly cancellation = new AbortController();
  private readonly components = new ComponentHost();
  private readonly tokenCache: TokenCache;
  private readonly tokenCredentials: TokenCredentialsLifeCycle;
  private readonly tokens = new TokensInRun();
  private readonly resources: ReadonlyMap<string, LifeCycle>;

  /**
   * @param version the package's version
   * @param schema returns the package's schema, as JSON
   * @param clock returns the current time
   */
  constructor(
    readonly version: string,
    readonly schema: () => string,
    clock: Clock = () => new Date(),
  ) {
    const { signal } = this.cancellation;
    // Every call listens to this signal, so many listeners are no leak.
    setMaxListeners(0, signal);
    this.tokenCache = new TokenCache(signal);
    this.tokenCredentials = new TokenCredentialsLifeCycle(clock, signal, this.tokenCache, this.tokens);
    this.resources = new Map<string, LifeCycle>([
      ["acr-token:index:TokenCredentials", this.tokenCredentials],
      ["acr-token:index:TokenAccess", new TokenAccessLifeCycle(signal, this.tokenCache, this.tokens)],
    ]);
  }

  /** Starts a run. There is no configuration: the identity is an input of each resource, or in the environment. */
  configure(): void {
    this.tokenCache.clear();
    this.tokenCredentials.newRun();
    this.tokens.clear();
  }

  check(resource: ResourceReference, olds: Properties, news: Properties, seed: Uint8Array) {
    return this.lifeCycleOf(resource).check(resource, olds, news, seed);
  }

  diff(resource: ResourceReference, old: ResourceState, news: Properties) {
    return this.lifeCycleOf(resource).diff(resource, old, news);
  }

  create(resource: ResourceReference, inputs: Properties) {
    return inOperation(resource, () => this.lifeCycleOf(resource).create(resource, inputs));
  }

  previewCreate(resource: ResourceReference, inputs: Properties) {
    return this.lifeCycleOf(resource).previewCreate(resource, inputs);
  }

  read(resource: ResourceReference, id: string, old: ReadState) {
    return inOperation(resource, () => this.lifeCycleOf(resource).read(resource, id, old));
  }

  update(resource: ResourceReference, old: ResourceState, news: Properties) {
    return inOperation(resource, () => this.lifeCycleOf(resource).update(resource, old, news));
  }

  previewUpdate(resource: ResourceReference, old: ResourceState, news: Properties) {
    return this.lifeCycleOf(resource).previewUpdate(resource, old, news);
  }

  delete(resource: ResourceReference, old: ResourceState) {
    return inOperation(resource, () => this.lifeCycleOf(resource).delete(resource, old));
  }

  /** Returns the version to a program that checks for the plugin. */
  async invoke(token: string): Promise<Properties> {
    if (token !== pluginFunction) {
      throw new Error(`acr-token has no function ${token}`);
    }
    return { version: this.version };
  }

  construct(request: Buffer, engineAddress: string): Promise<Buffer> {
    return this.components.construct(request, engineAddress);
  }

  /** Cancels all pending operations. */
  cancel(): void {
    this.cancellation.abort();
  }

  private lifeCycleOf({ type }: ResourceReference): LifeCycle {
    const lifeCycle = this.resources.get(type);
    if (lifeCycle === undefined) {
      throw new Error(
        `acr-token has no resource of the type ${type}; it has ${[...this.resources.keys()].join(", ")}`,
      );
    }
    return lifeCycle;
  }
}

/** Runs the work on one resource, with its place for messages and its timeout. */
function inOperation<T>({ showStatus, timeoutMs }: ResourceReference, work: () => Promise<T>): Promise<T> {
  return withTimeout(timeoutMs, () => withProgress(showStatus, work));
}
