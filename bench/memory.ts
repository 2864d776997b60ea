import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient } from "local-azure/pulumi";
import { urn } from "provider-protocol";
import { Plugins } from "#start/plugins";
import { repository } from "#start/repository";
import type { Measurement } from "./measure";

const type = "acr-token:index:TokenCredentials";

/** As many at once as Pulumi does by default on a small machine. */
const atOnce = 16;

/** What the plugin holds after it has made the passwords of so many tokens, in MiB. */
export const memory: Measurement = {
  name: "memory",
  needsCli: false,
  async run({ rounds, say }) {
    if (process.platform !== "linux") {
      return { omissions: [{ what: "memory of the plugin", missing: "/proc: this is not Linux" }] };
    }
    const few: number[] = [];
    const many: number[] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      say(`memory, round ${round + 1}`);
      few.push(await held(50));
      many.push(await held(1000));
    }
    return {
      figures: [
        {
          what: "memory of the plugin after 1,000 tokens",
          against: "after 50",
          values: many.map((value, round) => value / (few[round] ?? Number.NaN)),
          goal: 1.2,
          detail: `${Math.max(...many).toFixed(0)} MiB : ${Math.max(...few).toFixed(0)} MiB`,
        },
      ],
    };
  },
};

async function held(tokens: number): Promise<number> {
  const azure = await startLocalAzure();
  const others = new Plugins(azure.environment);
  const source = { directory: join(repository, "components") };
  const plugin = await PluginClient.start(source, { env: azure.environment });
  const make = async (name: string) => {
    const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
    const scopeMapId = `${registryId(azure)}/scopeMaps/_repositories_pull`;
    const token = { ...registry, tokenName: name, scopeMapId };
    const { id: tokenId } = await others.create("azure-native:containerregistry:Token", name, token);
    const { inputs } = await plugin.check(urn(type, name), {}, { tokenId });
    await plugin.create(urn(type, name), inputs);
  };
  try {
    await plugin.configure();
    for (let start = 0; start < tokens; start += atOnce) {
      const names = Array.from(
        { length: Math.min(atOnce, tokens - start) },
        (_, index) => `client-${start + index}`,
      );
      await Promise.all(names.map(make));
    }
    return megabytes(plugin.pid);
  } finally {
    await plugin.close();
    await others.close();
    await azure.close();
  }
}

function registryId({ connection }: LocalAzure): string {
  return `/subscriptions/${connection.subscriptionId}/resourceGroups/myresourcegroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
}

/** The memory that a process holds in RAM. */
function megabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
