import type { Properties } from "provider-server";
import { checkAdoptedPasswords } from "../../args/adoptedPasswords";
import { credentialsArguments, scheduleArguments } from "../../args/registryTokenArgs";
import { checkTokenId } from "../../args/resourceIds";
import { checkPeriodsTogether, is, text } from "../../args/rules";
import { InputReader } from "../inputs";
import { type Arguments, rulesOf } from "./state";

/** Reads the arguments, validates them, and says whether a preview knows everything that the schedule needs. */
export function checkInputs(given: Properties) {
  const reader = new InputReader(given);
  const args: Arguments = {
    tokenId: reader.read("tokenId", is(checkTokenId)) ?? "",
    generation: reader.read("generation", is(text)),
    ...reader.readArguments(credentialsArguments),
  };
  reader.fail(checkPeriodsTogether(args));
  reader.readAzure();
  reader.read("adopt", (adopt) => checkAdoptedPasswords(adopt));
  const knows = (...names: string[]) => names.every((name) => reader.knows(name));
  return {
    tokenId: args.tokenId,
    rules: rulesOf(args),
    reader,
    isKnown: knows(...scheduleArguments),
    // An adoption asks Azure.
    canAskAzure: knows("tokenId", "loginServer", "azure", "adopt"),
    canAskVault: knows("tokenId", "keyVault", "azure"),
    knowsIdentity: knows("azure"),
  };
}
