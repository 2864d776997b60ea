import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient } from "local-azure/pulumi";
import { urn } from "provider-protocol";
import { Plugins } from "#start/plugins";
import { repository } from "#start/repository";
import { type Figure, median } from "./figures";
import type { Measurement } from "./measure";

const type = "acr-token:index:TokenCredentials";

/** As many at once as Pulumi does by default on a small machine. */
const atOnce = 16;

/** After how many tokens the plugin's memory is looked at. */
const steps = [50, 1000, 2000] as const;

/** What the plugin holds after it has made the passwords of so many tokens, in MiB. */
export const memory: Measurement = {
  name: "memory",
  needsCli: false,
  async run({ rounds, say }) {
    if (process.platform !== "linux") {
      return { omissions: [{ what: "memory of the plugin", missing: "/proc: this is not Linux" }] };
    }
    const held: number[][] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      say(`memory, round ${round + 1}`);
      held.push(await oneRound());
    }
    const compared = (later: 1 | 2): Figure => ({
      what: `memory of the plugin after ${steps[later]} tokens`,
      against: `after ${steps[later - 1]}`,
      values: held.map((round) => round[later] / round[later - 1]),
      goal: 1.2,
      detail: [later, later - 1]
        .map((step) => `${median(held.map((round) => round[step])).toFixed(0)} MiB`)
        .join(" : "),
    });
    return { figures: [compared(1), compared(2)] };
  },
};

/** What one plugin holds after each step. */
async function oneRound(): Promise<number[]> {
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
  const held: number[] = [];
  try {
    await plugin.configure();
    let made = 0;
    for (const step of steps) {
      while (made < step) {
        const count = Math.min(atOnce, step - made);
        await Promise.all(Array.from({ length: count }, (_, index) => make(`client-${made + index}`)));
        made += count;
      }
      held.push(megabytes(plugin.pid));
    }
    return held;
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
