import { type RecordedRequest, startLocalAzure } from "local-azure";
import type { Figure } from "./figures";
import type { Measurement } from "./measure";
import { deploy } from "./stacks";

const tokens = 50;

/** The requests to Azure for each token. */
export const requests: Measurement = {
  name: "requests",
  needsCli: true,
  async run({ say }) {
    const azure = await startLocalAzure();
    const stack = await deploy(azure, { tokens });
    const requestsOf = async (work: () => Promise<unknown>): Promise<RecordedRequest[]> => {
      const before = azure.requests.length;
      await work();
      return azure.requests.slice(before).filter(({ host }) => host === "resourceManager");
    };
    try {
      say(`requests for ${tokens} tokens`);
      const created = await requestsOf(() => stack.up());
      const unchanged = await requestsOf(() => stack.up());
      const rotated = await requestsOf(() => stack.rotate());
      const refreshed = await requestsOf(() => stack.refresh());
      // azure-native uses other versions of Azure's API.
      const reads = refreshed.filter(({ url }) => /\/tokens[/?].*api-version=2025-11-01/.test(url));
      const figures: Figure[] = [
        writes("writes to create a token", created, 3),
        writes("writes to rotate a token", rotated, 1),
        writes("writes without a change", unchanged, 0),
        {
          what: `reads by this provider in a refresh of ${tokens} tokens, per token`,
          against: "",
          values: [reads.length / tokens],
          goal: 1,
        },
      ];
      return { figures };
    } finally {
      await stack.remove();
      await azure.close();
    }
  },
};

function writes(what: string, sent: readonly RecordedRequest[], goal: number): Figure {
  const count = sent.filter(({ method }) => method !== "GET").length;
  return { what, against: "", values: [count / tokens], goal };
}
