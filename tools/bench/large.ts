import { startLocalAzure } from "local-azure";
import type { Measurement } from "./measure";
import { deploy } from "./stacks";

const tokensPerStack = 100;

/** Whether a token takes longer on a registry with many tokens: stacks of 100 on one registry, created one after another. */
export const large: Measurement = {
  name: "large",
  needsCli: true,
  async run({ say }) {
    const azure = await startLocalAzure();
    try {
      const times: number[] = [];
      for (let stack = 0; stack < 10; stack++) {
        say(`stack ${stack + 1} of 10, with ${tokensPerStack} tokens`);
        const deployed = await deploy(azure, { tokens: tokensPerStack, prefix: `stack-${stack}` });
        times.push(await deployed.up());
        await deployed.remove();
      }
      const [first = Number.NaN, ...others] = times;
      const last = others.slice(-3);
      return {
        figures: [
          {
            what: "creating 100 tokens on a registry with 700 to 900 tokens",
            against: "creating the first 100 tokens",
            values: last.map((time) => time / first),
            goal: 1.2,
            detail: `${(Math.max(...last) / tokensPerStack).toFixed(2)} s : ${(first / tokensPerStack).toFixed(2)} s per token`,
          },
        ],
      };
    } finally {
      await azure.close();
    }
  },
};
