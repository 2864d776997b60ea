import { join } from "node:path";
import { PluginClient, type PluginSource } from "local-azure/pulumi";
import { repository } from "#start/repository";
import { median, ratios } from "./figures";
import type { Measurement } from "./measure";
import { seconds } from "./stacks";

const ours: PluginSource = { directory: join(repository, "components") };
const empty: PluginSource = {
  executable: process.execPath,
  args: [join(repository, "tools", "bench", "bin", "emptyProvider.js")],
};

/** From the start of the plugin's process to its response to Configure. */
export const pluginStart: Measurement = {
  name: "plugin-start",
  needsCli: false,
  async run({ rounds }) {
    // A start is short, so there are more rounds.
    const { mine, others } = await startTimes(Math.max(11, rounds));
    return {
      figures: [
        {
          what: "start of the plugin",
          against: "an empty provider on the same protocol",
          values: ratios(mine, others),
          goal: 1.3,
          detail: `${median(mine).toFixed(2)} s : ${median(others).toFixed(2)} s`,
        },
      ],
    };
  },
};

/** The seconds that the plugin and an empty plugin take to start. Each round starts one after the other. */
export async function startTimes(rounds: number): Promise<{ mine: number[]; others: number[] }> {
  const mine: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(await start(ours));
    others.push(await start(empty));
  }
  return { mine, others };
}

function start(source: PluginSource): Promise<number> {
  return seconds(async () => {
    const plugin = await PluginClient.start(source);
    await plugin.configure();
    await plugin.close();
  });
}
