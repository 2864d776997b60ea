/** The arguments of the programs whose states each release records. */
import type { ChangingArgs } from "./clientToken";

const rotation = { rotateEveryDays: 30, expirationInDays: 90 };

/** By the name of a state: the arguments of each `up`. The last of them are those that a later version runs. */
export const programs: Record<string, (azure: { vaultUri: string }) => ChangingArgs[]> = {
  plain: () => [{}],
  rotated: () => [
    { ...rotation, rotationTriggers: { audit: "2025" } },
    { ...rotation, rotationTriggers: { audit: "2026" } },
  ],
  waiting: () => [{ waitUntilLive: true }],
  overlap: () =>
    ["2025", "2026"].map((audit) => ({
      ...rotation,
      overlapDays: 7,
      spreadRotation: true,
      additionalHosts: ["mirror.example.com"],
      rotationTriggers: { audit },
    })),
  keyVault: ({ vaultUri }) =>
    ["2025", "2026"].map((audit) => ({
      ...rotation,
      overlapDays: 7,
      keyVault: { vaultUri },
      rotationTriggers: { audit },
    })),
};
