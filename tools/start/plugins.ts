import { join } from "node:path";
import { PluginClient, type PluginSource, standIn } from "local-azure/pulumi";
import { type Properties, unwrapSecrets, urn } from "provider-server";
import { repository } from "./repository";

/** The plugins that the program's resources need. */
const sources: Record<string, PluginSource> = {
  "acr-token": { directory: join(repository, "components") },
  "azure-native": standIn("azure-native"),
  random: standIn("random"),
};

/** The running plugins. Each starts with the first resource of its package. */
export class Plugins {
  private readonly running = new Map<string, Promise<PluginClient>>();

  /** @param environment what points Azure's clients at a local Azure */
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /**
   * Checks and creates a resource, as the engine does.
   *
   * @throws Error that lists every error in the inputs
   */
  async create(type: string, name: string, given: object): Promise<{ id: string; outputs: Properties }> {
    const plugin = await this.plugin(type);
    const resource = urn(type, name);
    const { inputs, failures } = await plugin.check(resource, {}, { ...given });
    if (failures.length > 0) {
      throw new Error(`${type} ${name}: ${failures.map(({ reason }) => reason).join("; ")}`);
    }
    return plugin.create(resource, inputs).catch((error: Error) => {
      // Without its gRPC status: Pulumi would take the status of a stopped plugin for the engine's, and wait indefinitely.
      throw new Error(error.message);
    });
  }

  /** Calls a function. */
  async invoke(token: string, args: object): Promise<Properties> {
    const plugin = await this.plugin(token);
    const { result, failures } = await plugin.invoke(token, unwrapSecrets<Properties>({ ...args }));
    if (failures.length > 0) {
      throw new Error(`${token}: ${failures.map(({ reason }) => reason).join("; ")}`);
    }
    return result;
  }

  /** Stops all plugins. */
  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(async (plugin) => (await plugin).close()));
  }

  private plugin(token: string): Promise<PluginClient> {
    const [name = ""] = token.split(":");
    let plugin = this.running.get(name);
    if (plugin === undefined) {
      plugin = this.start(name);
      this.running.set(name, plugin);
    }
    return plugin;
  }

  private async start(name: string): Promise<PluginClient> {
    const source = sources[name];
    if (source === undefined) {
      throw new Error(`no plugin for the package ${name}; there are ${Object.keys(sources).join(", ")}`);
    }
    const plugin = await PluginClient.start(source, { env: this.environment });
    await plugin.configure();
    return plugin;
  }
}
