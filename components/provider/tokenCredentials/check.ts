import type { Properties } from "provider-server";
import { checkAdoptedPasswords } from "../../common/adoptedPasswords";
import { checkHost } from "../../common/checks";
import { checkOverlap, checkPeriods } from "../../common/periods";
import { checkTokenId } from "../../common/resourceIds";
import { InputReader } from "../inputs";
import { type Arguments, rulesOf } from "./state";

/** Reads the arguments, validates them, and says whether a preview knows everything that the schedule needs. */
export function checkInputs(given: Properties) {
  const reader = new InputReader(given);
  const args: Arguments = {
    tokenId: reader.text("tokenId", checkTokenId) ?? "",
    generation: reader.text("generation"),
    rotateEveryDays: reader.days("rotateEveryDays", 1),
    expirationInDays: reader.days("expirationInDays", 2),
    overlapDays: reader.days("overlapDays", 1),
    spreadRotation: reader.flag("spreadRotation"),
  };
  const periodFault = checkPeriods(args);
  if (periodFault !== undefined) {
    reader.fail("expirationInDays", periodFault);
  }
  const overlapFault = checkOverlap(args);
  if (overlapFault !== undefined) {
    reader.fail("overlapDays", overlapFault);
  }
  reader.flag("waitUntilLive");
  reader.text("loginServer", checkHost);
  reader.azure("azure");
  reader.check("adopt", (adopt) => checkAdoptedPasswords(adopt));
  const knows = (...names: string[]) => names.every((name) => reader.knows(name));
  return {
    tokenId: args.tokenId,
    rules: rulesOf(args),
    reader,
    isKnown: knows("rotateEveryDays", "expirationInDays", "overlapDays", "spreadRotation"),
    // An adoption asks Azure.
    canAskAzure: knows("tokenId", "loginServer", "azure", "adopt"),
  };
}
