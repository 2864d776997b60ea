import type { Properties } from "provider-server";
import { checkAdoptedPasswords } from "../../args/adoptedPasswords";
import { argumentRules, checkPeriodsTogether, is, text } from "../../args/argumentRules";
import { checkTokenId } from "../../args/resourceIds";
import { InputReader } from "../inputs";
import { type Arguments, rulesOf } from "./state";

/** Reads the arguments, validates them, and says whether a preview knows everything that the schedule needs. */
export function checkInputs(given: Properties) {
  const reader = new InputReader(given);
  const read = <T>(name: keyof typeof argumentRules) => reader.read<T>(name, argumentRules[name]);
  const args: Arguments = {
    tokenId: reader.read("tokenId", is(checkTokenId)) ?? "",
    generation: reader.read("generation", is(text)),
    rotateEveryDays: read("rotateEveryDays"),
    expirationInDays: read("expirationInDays"),
    overlapDays: read("overlapDays"),
    spreadRotation: read("spreadRotation"),
  };
  reader.fail(checkPeriodsTogether(args));
  read("waitUntilLive");
  read("loginServer");
  read("keyVault");
  reader.readAzure();
  reader.read("adopt", (adopt) => checkAdoptedPasswords(adopt));
  const knows = (...names: string[]) => names.every((name) => reader.knows(name));
  return {
    tokenId: args.tokenId,
    rules: rulesOf(args),
    reader,
    isKnown: knows("rotateEveryDays", "expirationInDays", "overlapDays", "spreadRotation"),
    // An adoption asks Azure.
    canAskAzure: knows("tokenId", "loginServer", "azure", "adopt"),
    canAskVault: knows("tokenId", "keyVault", "azure"),
  };
}
