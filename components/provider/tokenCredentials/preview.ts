import { containsUnknown, type Properties, type ResourceState, unknown } from "provider-server";
import { parseTokenId } from "../../common/resourceIds";
import { readSaved } from "./savedState";
import {
  outputsOf,
  passwordsToClear,
  previousLoginServer,
  readInputs,
  rotationDay,
  slotsToRegenerate,
  stillAdopted,
  withCurrent,
} from "./state";

/** The outputs that a preview expects of a create. */
export function previewOfCreate({ adopt, ...news }: Properties): Properties {
  const inputs = readInputs(news);
  const { tokenId, slots, current } = inputs;
  // An adopted password keeps its expiry.
  const mayExpire = adopt && (containsUnknown(slots) || slots[current].expiresOn !== undefined);
  const username = containsUnknown(tokenId) ? unknown : parseTokenId(tokenId).tokenName;
  return {
    loginServer: unknown,
    ...news,
    username,
    password: unknown,
    passwords: unknown,
    expiry: news.expirationInDays === undefined && !mayExpire ? null : unknown,
    rotatesOn: rotationDay(inputs),
  };
}

/**
 * The outputs that a preview expects of an update. Outputs that do not change are known, so that resources which depend on
 * them show no change.
 */
export function previewOfUpdate(urn: string, old: ResourceState, news: Properties): Properties {
  const { inputs: before, outputs: last } = readSaved(urn, old);
  const inputs = readInputs(news);
  const loginServer = inputs.loginServer ?? previousLoginServer(before, last) ?? (unknown as string);
  const expected = { username: last.username, loginServer };
  if (containsUnknown(inputs.slots)) {
    const hidden = { password: unknown, passwords: unknown, expiry: unknown, rotatesOn: unknown };
    return { ...news, ...expected, ...hidden };
  }
  const slots = slotsToRegenerate(before, inputs, last);
  const ending = passwordsToClear(inputs, last);
  const known = last.passwords.filter((one) => !ending.includes(one));
  const staying = known.filter(({ name }) => !slots.includes(name));
  return {
    ...outputsOf(news, { ...expected, ...withCurrent(inputs, known), ...stillAdopted(last, staying) }),
    ...(slots.length > 0 && { passwords: unknown }),
    ...(slots.includes(inputs.current) && {
      password: unknown,
      expiry: inputs.expirationInDays === undefined ? null : unknown,
    }),
  };
}
