import { startLocalAzure } from "local-azure";
import { type Figure, median, type Point, ratios } from "./figures";
import type { Measured, Measurement, Settings } from "./measure";
import { deploy } from "./stacks";

/** An unchanged `up`, and the first preview, against a program with only azure-native's and random's resources. */
export const unchanged: Measurement = {
  name: "unchanged",
  needsCli: true,
  async run(settings) {
    const all: Measured[] = [];
    for (const tokens of [1, 100, 500]) {
      // A round of 500 tokens takes minutes.
      const rounds = tokens > 100 ? Math.min(settings.rounds, 2) : settings.rounds;
      all.push(await compare(tokens, { ...settings, rounds }));
    }
    return {
      figures: all.flatMap(({ figures }) => figures ?? []),
      points: all.flatMap(({ points }) => points ?? []),
    };
  },
};

async function compare(tokens: number, { rounds, say }: Settings): Promise<Measured> {
  const azure = await startLocalAzure();
  const ours = await deploy(azure, { tokens });
  const bare = await deploy(azure, { tokens, bare: true });
  try {
    say(`${tokens} tokens: first preview and up`);
    const first = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; tokens === 1 && round < rounds; round++) {
      first.ours.push(await ours.preview());
      first.bare.push(await bare.preview());
    }
    await ours.up();
    await bare.up();
    const times = { ours: [] as number[], bare: [] as number[] };
    const before = azure.requests.length;
    for (let round = 0; round < rounds; round++) {
      say(`${tokens} tokens: unchanged up, round ${round + 1} of ${rounds}`);
      times.ours.push(await ours.up());
      times.bare.push(await bare.up());
    }
    const requests = azure.requests.length - before;
    const point: Point = { tokens, unchanged: median(times.ours), without: median(times.bare) };
    const without = "a user's own component with a scope map, a token and a RandomUuid";
    const detail = `${point.unchanged.toFixed(1)} s : ${point.without.toFixed(1)} s`;
    const figures: Figure[] =
      tokens === 1
        ? [
            {
              what: "first preview of a stack",
              against: without,
              values: ratios(first.ours, first.bare),
              goal: 1.25,
              detail: `${median(first.ours).toFixed(1)} s : ${median(first.bare).toFixed(1)} s`,
            },
          ]
        : [
            {
              what: `unchanged up of ${tokens} tokens`,
              against: without,
              values: ratios(times.ours, times.bare),
              goal: 1.3,
              detail,
            },
            {
              what: `requests of an unchanged up of ${tokens} tokens`,
              against: "",
              values: [requests],
              goal: 0,
            },
          ];
    return { figures, points: [point] };
  } finally {
    await ours.remove();
    await bare.remove();
    await azure.close();
  }
}
