import { isDeepStrictEqual } from "node:util";
import { containsUnknown, type Properties, type ResourceState, unknown } from "provider-server";
import { secretIdOf } from "../../args/keyVault";
import { parseTokenId } from "../../args/resourceIds";
import { readSaved } from "./savedState";
import { slotsToMake } from "./schedule";
import {
  type Inputs,
  outputsOf,
  passwordsToClear,
  previousLoginServer,
  type RotationInfo,
  readInputs,
  rotationDay,
  type SavedOutputs,
  slotsToRegenerate,
  stillListed,
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
    ...unknownPasswords(inputs),
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
    const hidden = { ...unknownPasswords(inputs), expiry: unknown, rotatesOn: unknown };
    return { ...news, ...expected, ...hidden };
  }
  if (inputs.keyVault !== undefined || before.keyVault !== undefined) {
    return previewWithVault(before, last, news, expected);
  }
  const slots = slotsToRegenerate(before, inputs, last);
  const ending = passwordsToClear(inputs, last);
  const known = last.passwords.filter((one) => !ending.includes(one));
  const staying = known.filter(({ name }) => !slots.includes(name));
  return {
    ...outputsOf(news, {
      ...expected,
      ...withCurrent(inputs, known),
      ...stillListed("adopted", last, staying),
    }),
    ...(slots.length > 0 && { passwords: unknown }),
    ...(slots.includes(inputs.current) && {
      password: unknown,
      expiry: inputs.expirationInDays === undefined ? null : unknown,
    }),
  };
}

/** The passwords, or with keyVault their addresses, which a preview does not know. */
function unknownPasswords({ keyVault }: Inputs): Properties {
  return keyVault === undefined
    ? { password: unknown, passwords: unknown }
    : {
        stored: unknown,
        passwordSecretId: containsUnknown(keyVault) ? unknown : secretIdOf(keyVault),
        passwordSecretVersionId: unknown,
      };
}

/** The part of {@link previewOfUpdate} that depends on passwords, with keyVault before or after the update. */
function previewWithVault(
  before: Inputs,
  last: SavedOutputs & RotationInfo,
  news: Properties,
  expected: Pick<SavedOutputs, "username" | "loginServer">,
): Properties {
  const inputs = readInputs(news);
  const slots = slotsToMake(before, inputs);
  const isSame =
    before.keyVault !== undefined &&
    isDeepStrictEqual(before.keyVault, inputs.keyVault) &&
    slots.length === 0;
  const staying = (last.stored ?? []).filter(({ name }) => inputs.slots[name].cleared === undefined);
  const isNew = slots.includes(inputs.current);
  return {
    ...(isSame
      ? outputsOf(news, {
          ...expected,
          passwords: [],
          stored: staying,
          ...stillListed("adopted", last, staying),
        })
      : { ...news, ...expected, ...unknownPasswords(inputs), rotatesOn: rotationDay(inputs) }),
    expiry: !isNew ? (last.expiry ?? null) : inputs.expirationInDays === undefined ? null : unknown,
  };
}
