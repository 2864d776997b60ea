import { setMaxListeners } from "node:events";
import type { Properties, Provider, ReadState, ResourceReference, ResourceState } from "provider-server";
import { pluginFunction } from "../args/pluginFunction";
import { TokenCache } from "./azure/api/tokenCache";
import { withProgress } from "./azure/http/progress";
import { withTimeout } from "./azure/http/timeout";
import type { Clock } from "./clock";
import { ComponentHost } from "./construct/componentHost";
import type { LifeCycle } from "./lifeCycle";
import { ProgramComponents } from "./programComponents";
import { secretsRemover } from "./secretInputs";
import { TokenAccessLifeCycle } from "./tokenAccess";
import { TokenCredentialsLifeCycle } from "./tokenCredentials/lifeCycle";
import { TokensInRun } from "./tokensInRun";

/** The provider: custom resources by type, and the component for programs in other languages. */
export class AcrTokenProvider implements Provider {
  readonly acceptsSecrets = true;
  private readonly cancellation = new AbortController();
  private readonly host = new ComponentHost();
  private components = new ProgramComponents();
  private resources: ReadonlyMap<string, LifeCycle> = new Map();

  /**
   * @param version the package's version
   * @param schema returns the package's schema, as JSON
   * @param clock returns the current time
   */
  constructor(
    readonly version: string,
    readonly schema: () => string,
    private readonly clock: Clock = () => new Date(),
  ) {
    // Every call listens to this signal, so many listeners are no leak.
    setMaxListeners(0, this.cancellation.signal);
    this.configure();
  }

  /**
   * Starts a run, which knows nothing of the run before. There is no configuration: the identity is an input of each resource, or in
   * the environment.
   */
  configure(): void {
    const { signal } = this.cancellation;
    const tokenCache = new TokenCache(signal);
    const tokens = new TokensInRun();
    this.components = new ProgramComponents();
    this.resources = new Map<string, LifeCycle>([
      [
        "acr-token:index:TokenCredentials",
        new TokenCredentialsLifeCycle(this.clock, signal, tokenCache, tokens),
      ],
      ["acr-token:index:TokenAccess", new TokenAccessLifeCycle(signal, tokenCache, tokens, this.components)],
    ]);
  }

  async check(resource: ResourceReference, olds: Properties, news: Properties, seed: Uint8Array) {
    const { inputs, failures } = await this.run(resource, [olds, news], (lifeCycle) =>
      lifeCycle.check(resource, olds, news, seed),
    );
    const remove = secretsRemover(olds, news);
    return { inputs, failures: failures.map((failure) => ({ ...failure, reason: remove(failure.reason) })) };
  }

  diff(resource: ResourceReference, old: ResourceState, news: Properties) {
    return this.run(resource, [old.inputs, news], (lifeCycle) => lifeCycle.diff(resource, old, news));
  }

  create(resource: ResourceReference, inputs: Properties) {
    return this.run(resource, [inputs], (lifeCycle) => lifeCycle.create(resource, inputs));
  }

  previewCreate(resource: ResourceReference, inputs: Properties) {
    return this.run(resource, [inputs], (lifeCycle) => lifeCycle.previewCreate(resource, inputs));
  }

  /** The state takes over the identity of the program. */
  read(resource: ResourceReference, id: string, old: ReadState) {
    const outputs = this.components.withIdentity(resource, old.outputs);
    const inputs = old.inputs && this.components.withIdentity(resource, old.inputs);
    return this.run(resource, [old.inputs ?? {}], (lifeCycle) =>
      lifeCycle.read(resource, id, { outputs, inputs }),
    );
  }

  update(resource: ResourceReference, old: ResourceState, news: Properties) {
    return this.run(resource, [old.inputs, news], (lifeCycle) => lifeCycle.update(resource, old, news));
  }

  previewUpdate(resource: ResourceReference, old: ResourceState, news: Properties) {
    return this.run(resource, [old.inputs, news], (lifeCycle) =>
      lifeCycle.previewUpdate(resource, old, news),
    );
  }

  delete(resource: ResourceReference, old: ResourceState) {
    const inputs = this.components.withIdentity(resource, old.inputs);
    return this.run(resource, [old.inputs], (lifeCycle) => lifeCycle.delete(resource, { ...old, inputs }));
  }

  /** Returns the version to a program that checks for the plugin, and takes what the program says of a RegistryToken. */
  async invoke(token: string, args: Properties): Promise<Properties> {
    if (token !== pluginFunction) {
      throw new Error(`acr-token has no function ${token}`);
    }
    if (args.component !== undefined) {
      this.components.add(args);
    }
    return { version: this.version };
  }

  construct(request: Buffer, engineAddress: string): Promise<Buffer> {
    return this.host.construct(request, engineAddress);
  }

  /** Cancels all pending operations. */
  cancel(): void {
    this.cancellation.abort();
  }

  /**
   * Runs one operation on a resource, with its place for messages and its timeout.
   *
   * @param inputs the inputs of which no secret stands in a message or an error
   */
  private async run<T>(
    { type, showStatus, timeoutMs }: ResourceReference,
    inputs: readonly Properties[],
    work: (lifeCycle: LifeCycle) => T | Promise<T>,
  ): Promise<T> {
    const lifeCycle = this.resources.get(type);
    if (lifeCycle === undefined) {
      throw new Error(
        `acr-token has no resource of the type ${type}; it has ${[...this.resources.keys()].join(", ")}`,
      );
    }
    const remove = secretsRemover(...inputs);
    const show = (message: string) => showStatus(remove(message));
    try {
      return await withTimeout(timeoutMs, () => withProgress(show, async () => work(lifeCycle)));
    } catch (error) {
      if (error instanceof Error) {
        error.message = remove(error.message);
      }
      throw error;
    }
  }
}
