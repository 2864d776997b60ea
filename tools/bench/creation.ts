import { startLocalAzure } from "local-azure";
import { azCommands } from "./az";
import { type Figure, median } from "./figures";
import type { Measured, Measurement } from "./measure";
import { deploy } from "./stacks";

const tokens = 50;

/** The latency of a typical connection: each request takes 200 ms, and each operation 2 s. */
const latency = { latencyMs: 200, operationMs: 2_000 };

/** The time to create 50 tokens, against one token's chain of requests, and against the azure-cli commands one after another. */
export const creation: Measurement = {
  name: "creation",
  needsCli: true,
  async run({ rounds, say }): Promise<Measured> {
    const az = await azCommands(latency, say);
    const chains: number[] = [];
    const times = new Map<number, number[]>([8, 32, 64].map((parallel) => [parallel, []]));
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      say(`${tokens} tokens created, round ${round + 1}`);
      chains.push(await secondsToCreate(1, 8));
      for (const [parallel, all] of times) {
        all.push(await secondsToCreate(tokens, parallel));
      }
    }
    const chain = median(chains);
    const figures: Figure[] = [...times].map(([parallel, all]) => ({
      what: `${tokens} tokens created, --parallel ${parallel}`,
      against: `one token's chain, ${Math.ceil(tokens / parallel)} times`,
      values: all.map((time) => time / (chain * Math.ceil(tokens / parallel))),
      goal: 1.3,
      detail: `${median(all).toFixed(1)} s : ${chain.toFixed(1)} s × ${Math.ceil(tokens / parallel)}`,
    }));
    if (az === undefined) {
      return {
        figures,
        omissions: [{ what: `${tokens} tokens created, against azure-cli`, missing: "az is not on PATH" }],
      };
    }
    const widest = times.get(64) ?? [];
    const against: Figure = {
      what: `${tokens} tokens created, --parallel 64`,
      against: "azure-cli's commands one after another",
      values: widest.map((time) => time / (az * tokens)),
      goal: 1 / 15,
      detail: `${median(widest).toFixed(1)} s : ${az.toFixed(1)} s × ${tokens}`,
    };
    return { figures: [...figures, against] };
  },
};

/** The seconds of a `pulumi up` that creates so many tokens. */
async function secondsToCreate(count: number, parallel: number): Promise<number> {
  const azure = await startLocalAzure(latency);
  const stack = await deploy(azure, { tokens: count });
  try {
    return await stack.up({ parallel });
  } finally {
    await stack.remove();
    await azure.close();
  }
}
