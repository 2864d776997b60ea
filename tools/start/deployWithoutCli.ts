import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration, Deployment } from "./deployment";
import { Plugins } from "./plugins";
import { repository } from "./repository";
import { stackOutputs } from "./stackOutputs";

const project = "registry-token";

/**
 * Runs the program on Pulumi's test runtime, without a Pulumi CLI. The runtime replaces only the engine: the same plugins
 * check and create each resource as in a `pulumi up`.
 *
 * @param show receives a line for each resource
 * @param signal ends the run
 */
export async function deployWithoutCli(
  configuration: Configuration,
  environment: Readonly<Record<string, string>>,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<Deployment> {
  const plugins = new Plugins(environment);
  try {
    await pulumi.runtime.setMocks(new PluginMocks(plugins, show), project, "local", false);
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(configuration).map(([key, value]) => [`${project}:${key}`, value])),
    );
    const outputs = await stackOutputs(() => require(join(repository, "bin", "index.js")), signal);
    return { outputs, destroy: () => plugins.close() };
  } catch (error) {
    await plugins.close();
    throw error;
  }
}

/** Passes the calls of Pulumi's test runtime to the plugins. */
class PluginMocks implements pulumi.runtime.Mocks {
  constructor(
    private readonly plugins: Plugins,
    private readonly show: (text: string) => void,
  ) {}

  async newResource({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs) {
    if (!custom) {
      this.show(` +  ${type} ${name}\n`);
      return { id: undefined, state: inputs };
    }
    const { id, outputs } = await this.plugins.create(type, name, inputs);
    this.show(` +  ${type} ${name} created\n`);
    return { id, state: outputs };
  }

  call({ token, inputs }: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
    return this.plugins.invoke(token, inputs);
  }
}
