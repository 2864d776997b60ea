import { containsUnknown, type Properties, type ResourceState, unknown } from "provider-server";
import { parseTokenId } from "../../common/resourceIds";
import { slotsToMake } from "./schedule";
import {
  cleared,
  holding,
  keptLoginServer,
  outputsOf,
  readFound,
  readInputs,
  rotation,
  stillAdopted,
} from "./state";

/** What a preview knows of the outputs of credentials that do not exist yet. */
export function expectedOfCreate({ adopt, ...news }: Properties): Properties {
  const inputs = readInputs(news);
  const { tokenId, slots, current } = inputs;
  // What is taken over has the expiry that it has.
  const mayExpire = adopt && (containsUnknown(slots) || slots[current].expiresOn !== undefined);
  const username = containsUnknown(tokenId) ? unknown : parseTokenId(tokenId).tokenName;
  return {
    loginServer: unknown,
    ...news,
    username,
    password: unknown,
    passwords: unknown,
    expiry: news.expirationInDays === undefined && !mayExpire ? null : unknown,
    rotatesOn: rotation(inputs),
  };
}

/** The same of an update. What stays is known, so that no change shows of what hangs on a password that does not change. */
export function expectedOfUpdate(old: ResourceState, news: Properties): Properties {
  const before = readInputs(old.inputs);
  const last = readFound(old.outputs);
  const inputs = readInputs(news);
  const loginServer = inputs.loginServer ?? keptLoginServer(before, last) ?? (unknown as string);
  const expected = { username: last.username, loginServer };
  if (containsUnknown(inputs.slots)) {
    const hidden = { password: unknown, passwords: unknown, expiry: unknown, rotatesOn: unknown };
    return { ...news, ...expected, ...hidden };
  }
  const slots = slotsToMake(before, inputs);
  const over = cleared(inputs, last);
  const known = last.passwords.filter((one) => !over.includes(one));
  const kept = known.filter(({ name }) => !slots.includes(name));
  return {
    ...outputsOf(news, { ...expected, ...holding(inputs, known), ...stillAdopted(last, kept) }),
    ...(slots.length > 0 && { passwords: unknown }),
    ...(slots.includes(inputs.current) && {
      password: unknown,
      expiry: inputs.expirationInDays === undefined ? null : unknown,
    }),
  };
}
