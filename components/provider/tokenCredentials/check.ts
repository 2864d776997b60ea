import type { Properties } from "provider-protocol";
import { checkAdoptedPasswords } from "../../common/adoptedPasswords";
import { checkHost } from "../../common/checks";
import { checkPeriods } from "../../common/periods";
import { checkTokenId } from "../../common/resourceIds";
import { InputReader } from "../inputs";
import type { Rules } from "./schedule";

/** The rules that a program gives, what is wrong with its inputs, and whether all that the schedule needs is known by now. */
export function checkInputs(given: Properties) {
  const reader = new InputReader(given);
  reader.requiredText("tokenId", checkTokenId);
  const rules: Rules = {
    generation: reader.text("generation"),
    rotateEveryDays: reader.days("rotateEveryDays", 1),
    expirationInDays: reader.days("expirationInDays", 2),
  };
  const fault = checkPeriods(rules);
  if (fault !== undefined) {
    reader.fail("expirationInDays", fault);
  }
  reader.flag("waitUntilLive");
  reader.text("loginServer", checkHost);
  reader.azure("azure");
  reader.check("adopt", (adopt) => checkAdoptedPasswords(adopt));
  // What has to be known to ask Azure.
  const canAsk = ["tokenId", "loginServer", "azure", "adopt"].every((name) => reader.knows(name));
  const isKnown = reader.knows("rotateEveryDays") && reader.knows("expirationInDays");
  return { rules, failures: reader.failures, isKnown, canAsk };
}
