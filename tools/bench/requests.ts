import { type RecordedRequest, startLocalAzure } from "local-azure";
import type { Figure } from "./figures";
import type { Measurement } from "./measure";
import { deploy } from "./stacks";

const tokens = 50;

/** How often Azure is asked, a token. */
export const requests: Measurement = {
  name: "requests",
  needsCli: true,
  async run({ say }) {
    const azure = await startLocalAzure();
    const stack = await deploy(azure, { tokens });
    const asked = async (work: () => Promise<unknown>): Promise<RecordedRequest[]> => {
      const before = azure.requests.length;
      await work();
      return azure.requests.slice(before).filter(({ host }) => host === "resourceManager");
    };
    try {
      say(`requests of ${tokens} tokens`);
      const made = await asked(() => stack.up());
      const nothing = await asked(() => stack.up());
      const rotated = await asked(() => stack.rotate());
      const refreshed = await asked(() => stack.refresh());
      // azure-native speaks other versions of Azure's API.
      const looks = refreshed.filter(({ url }) => /\/tokens[/?].*api-version=2025-11-01/.test(url));
      const figures: Figure[] = [
        writes("writes to make a token", made, 3),
        writes("writes to rotate it", rotated, 1),
        writes("writes where nothing changes", nothing, 0),
        {
          what: `looks of our provider in a refresh of ${tokens} tokens, a token`,
          against: "",
          values: [looks.length / tokens],
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

function writes(what: string, seen: readonly RecordedRequest[], goal: number): Figure {
  const count = seen.filter(({ method }) => method !== "GET").length;
  return { what, against: "", values: [count / tokens], goal };
}
