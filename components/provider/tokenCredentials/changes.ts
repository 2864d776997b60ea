import { isDeepStrictEqual } from "node:util";
import type { Changes, Properties, ResourceState } from "provider-server";
import { sameId } from "../../common/resourceIds";
import { type Inputs, outlook, readFound, readInputs } from "./state";

const compared: readonly (keyof Inputs)[] = [
  "generation",
  "rotateEveryDays",
  "expirationInDays",
  "overlapDays",
  "spreadRotation",
  "waitUntilLive",
  "loginServer",
  "azure",
  "current",
  "slots",
];

/** Compares, and asks neither Azure nor the clock: check has decided. */
export function changes(old: ResourceState, news: Properties): Changes {
  const before = readInputs(old.inputs);
  const found = readFound(old.outputs);
  const wanted = readInputs(news);
  if (!sameId(before.tokenId, wanted.tokenId)) {
    return { some: true, replaces: ["tokenId"] };
  }
  const isChanged = compared.some(
    // A flag that is not given is false, and the other way round: Pulumi's packages for other languages send each of them.
    (name) => !isDeepStrictEqual(before[name] || undefined, wanted[name] || undefined),
  );
  // Version 0.1.0 did not look for the login server, and did not say when the current password expires and is rotated.
  const { expiry = null, rotatesOn = null } = found;
  const isOld =
    found.loginServer === undefined || !isDeepStrictEqual({ expiry, rotatesOn }, outlook(before, found));
  return { some: isChanged || found.awaited === true || isOld };
}
