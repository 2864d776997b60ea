import { startLocalAzure } from "local-azure";
import type { Measurement } from "./measure";
import { deploy } from "./stacks";

const tokensAStack = 100;

/** Whether a token costs more where there are many of them: stacks of 100 on one registry, made one after another. */
export const large: Measurement = {
  name: "large",
  needsCli: true,
  async run({ say }) {
    const azure = await startLocalAzure();
    try {
      const times: number[] = [];
      for (let stack = 0; stack < 10; stack++) {
        say(`stack ${stack + 1} of 10 with ${tokensAStack} tokens`);
        const deployed = await deploy(azure, { tokens: tokensAStack, prefix: `stack-${stack}` });
        times.push(await deployed.up());
        await deployed.remove();
      }
      const [first = Number.NaN, ...others] = times;
      const last = others.slice(-3);
      return {
        figures: [
          {
            what: "a token of 1,000 on a registry, made in stacks of 100",
            against: "one of the first 100",
            values: last.map((time) => time / first),
            goal: 1.2,
            detail: `${(Math.max(...last) / tokensAStack).toFixed(2)} s : ${(first / tokensAStack).toFixed(2)} s a token`,
          },
        ],
      };
    } finally {
      await azure.close();
    }
  },
};
