import { isDeepStrictEqual } from "node:util";
import type { Changes, Properties, ResourceState } from "provider-server";
import { credentialsArguments } from "../../args/registryTokenArgs";
import { sameId } from "../../args/resourceIds";
import { readSaved } from "./savedState";
import { type Inputs, readInputs, rotationInfo } from "./state";

const compared: readonly (keyof Inputs)[] = [
  ...credentialsArguments,
  "generation",
  "azure",
  "current",
  "slots",
];

/** Compares the inputs with the state. Asks neither Azure nor the clock, because check has decided. */
export function changes(urn: string, old: ResourceState, news: Properties): Changes {
  const { inputs: before, outputs: last } = readSaved(urn, old);
  const wanted = readInputs(news);
  if (!sameId(before.tokenId, wanted.tokenId)) {
    return { hasChanges: true, replaces: ["tokenId"] };
  }
  const isChanged = compared.some((name) => !isSame(before[name], wanted[name]));
  // States of version 0.1.0 have no login server, expiry or rotatesOn.
  const { expiry = null, rotatesOn = null } = last;
  const isOld =
    last.loginServer === undefined || !isDeepStrictEqual({ expiry, rotatesOn }, rotationInfo(before, last));
  return { hasChanges: isChanged || last.awaited === true || last.deviating !== undefined || isOld };
}

/** Whether two values of one input are the same. A flag that is not given is false: some of Pulumi's SDKs send false. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one || undefined, other || undefined);
}
