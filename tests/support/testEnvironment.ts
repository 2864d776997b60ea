import { resolve } from "node:path";
import { type LocalAzure, type LocalAzureOptions, type RecordedRequest, startLocalAzure } from "local-azure";
import { PluginClient, type PluginSettings } from "local-azure/pulumi";
import { unwrapSecrets } from "provider-server";
import { AzureClient } from "./azureClient.js";
import { SharedClock } from "./clock.js";
import { Resource } from "./engine.js";
import { generateCredentialsStatus } from "./generateCredentials.js";

/** What the program sees of a token's passwords, out of their envelopes. */
export interface Credentials {
  readonly username: string;
  readonly loginServer: string;
  readonly current: SlotName;
  readonly password?: string;
  readonly passwords: readonly {
    readonly name: SlotName;
    readonly value: string;
    readonly creationTime: string;
    readonly expiry: string | null;
  }[];
  readonly slots: Record<SlotName, Slot>;
  readonly expiry?: string | null;
  readonly rotatesOn: string | null;
}

/** What the schedule says of one slot. */
export interface Slot {
  readonly version?: number;
  readonly madeOn?: string;
  readonly expiresOn?: string;
  readonly previousSince?: string;
  readonly lost?: string;
  readonly cleared?: string;
  readonly unmanaged?: string;
}

export type SlotName = "password1" | "password2";

/** The folder of the plugin under test, or of another build that the environment names. */
export const pluginFolder = resolve(process.env.ACR_TOKEN_PLUGIN ?? "components");

/** A local Azure, the real plugin in a process of its own, and a clock that both obey. */
export class TestEnvironment {
  readonly clock: SharedClock;
  private started = 0;
  private named = 0;

  private constructor(
    readonly azure: LocalAzure,
    readonly client: AzureClient,
    clock: SharedClock,
    private running: PluginClient,
    private readonly env: Record<string, string | undefined>,
  ) {
    this.clock = clock;
  }

  static async start(
    options: LocalAzureOptions = {},
    settings: { env?: PluginSettings["env"] } = {},
  ): Promise<TestEnvironment> {
    const clock = new SharedClock();
    // At noon, so that no test sees the day change unless it moves the clock itself.
    clock.set(`${clock.day(1)}T12:00:00Z`);
    const azure = await startLocalAzure({ now: clock.now, generateCredentialsStatus, ...options });
    const env = { ...azure.environment, ...clock.environment, ...settings.env };
    const plugin = await startPlugin(env);
    return new TestEnvironment(azure, new AzureClient(azure.connection), clock, plugin, env);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.running.close();
    await this.azure.close();
    this.clock.close();
  }

  get plugin(): PluginClient {
    return this.running;
  }

  /** Restarts the plugin; `kill` ends the old one at once, without a chance to clean up. */
  async restart({ kill = false } = {}): Promise<void> {
    if (kill) {
      this.running.kill();
    }
    await this.running.close();
    this.running = await startPlugin(this.env);
  }

  registryId(registry = this.azure.connection.registries[0].name): string {
    const found = this.azure.connection.registries.find(({ name }) => name === registry);
    return `/subscriptions/${found?.subscriptionId}/resourceGroups/${found?.resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}`;
  }

  /** The id of one of the registry's own scope maps, such as `_repositories_pull`. */
  scopeMapId(name: string, registry?: string): string {
    return `${this.registryId(registry)}/scopeMaps/${name}`;
  }

  /** Creates a scope map that allows pulling from one repository, and returns its id. */
  async newScopeMap(name: string, repository: string, registry?: string): Promise<string> {
    const id = this.scopeMapId(name, registry);
    await this.client.arm("PUT", id, {
      properties: { actions: [`repositories/${repository}/content/read`] },
    });
    return id;
  }

  /** Creates a token, as azure-native would, and returns its id. */
  async newToken({
    name = `token-${++this.started}`,
    registry,
    scopeMap = "_repositories_pull",
    status,
  }: {
    name?: string;
    registry?: string;
    scopeMap?: string;
    status?: string;
  } = {}): Promise<string> {
    const id = `${this.registryId(registry)}/tokens/${name}`;
    await this.client.arm("PUT", id, {
      properties: { scopeMapId: this.scopeMapId(scopeMap, registry), status },
    });
    return id;
  }

  /** A resource for a token's passwords, not created yet. */
  credentials(name = `credentials-${++this.named}`): CredentialsResource {
    return new CredentialsResource("acr-token:index:TokenCredentials", name, () => this.running);
  }

  /** A resource for a token's scope map and status, not created yet. */
  access(name = "access"): Resource {
    return new Resource("acr-token:index:TokenAccess", name, () => this.running);
  }

  /** The requests that reach Azure while something is done. */
  async requestsOf(work: () => Promise<unknown>): Promise<RecordedRequest[]> {
    const before = this.azure.requests.length;
    await work();
    return this.azure.requests.slice(before);
  }

  /** As a command on the same stack begins: the engine starts and configures its plugins. */
  async newRun(): Promise<void> {
    await this.running.configure();
  }

  /** The writes that reach Azure's resource manager while something is done, as `POST generateCredentials`. */
  async writesOf(work: () => Promise<unknown>): Promise<string[]> {
    return writes(await this.requestsOf(work));
  }

  /** All output of the plugin, to search for secrets. */
  get said(): string {
    return [this.running.log, ...this.running.engineLog.map(({ message }) => message)].join("\n");
  }

  canLogIn(username: string, password: string | undefined, registry?: string): Promise<boolean> {
    return this.client.canLogIn(username, password, registry);
  }
}

/** The plugin, ready for work, as the engine makes it. */
async function startPlugin(env: PluginSettings["env"]): Promise<PluginClient> {
  const plugin = await PluginClient.start({ directory: pluginFolder }, { env });
  await plugin.configure();
  return plugin;
}

/** Those requests that change something in Azure, as `POST generateCredentials` or `PATCH token-1`. */
export function writes(requests: readonly RecordedRequest[]): string[] {
  return requests
    .filter(({ host, method }) => host === "resourceManager" && method !== "GET")
    .map(({ method, url }) => `${method} ${url.slice(url.lastIndexOf("/") + 1, url.indexOf("?"))}`);
}

/** A `TokenCredentials`, with what it hands out. */
export class CredentialsResource extends Resource {
  get exported(): Credentials {
    return unwrapSecrets(this.saved.outputs) as unknown as Credentials;
  }

  /** The password in a slot. Undefined if there is none. */
  value(slot: SlotName): string | undefined {
    return this.exported.passwords.find(({ name }) => name === slot)?.value;
  }

  /** The slots of the inputs: what a preview shows. */
  get slots(): Credentials["slots"] {
    return (unwrapSecrets(this.saved.inputs) as unknown as Credentials).slots;
  }
}

/** The name at the end of a token's id, which is its user name. */
export function nameOf(tokenId: string): string {
  return tokenId.slice(tokenId.lastIndexOf("/") + 1);
}
