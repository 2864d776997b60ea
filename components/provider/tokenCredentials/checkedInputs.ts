import { containsSecret, containsUnknown, type Properties } from "provider-server";
import { show } from "../../args/checks";
import { scheduleArguments } from "../../args/registryTokenArgs";
import { daysAfter } from "../clock";
import { isSame } from "./changes";
import { checkInputs } from "./check";
import { slotsToMake } from "./schedule";
import { type Inputs, readInputs, slotsToCreate } from "./state";

/** What the schedule is made of, without what can be a secret. */
const shown = ["generation", ...scheduleArguments] as const;
/** What else the schedule is made of, and the schedule itself. */
const others = [
  "tokenId",
  "keyVault",
  "adopt",
  "current",
  "slots",
] as const satisfies readonly (keyof Inputs)[];

/**
 * The inputs that check returned for each resource of this run. Pulumi's engine does not check inputs again that a policy pack
 * changes afterwards (https://github.com/pulumi/pulumi/issues/14080), and a schedule holds only for the arguments it was made
 * of.
 */
export class CheckedInputs {
  private readonly byUrn = new Map<string, Properties>();

  remember(urn: string, inputs: Properties): void {
    this.byUrn.set(urn, inputs);
  }

  /** The inputs that were changed after the check, each as a sentence. */
  changesOf(urn: string, inputs: Inputs): string[] {
    const saved = this.byUrn.get(urn);
    if (saved === undefined) {
      return [];
    }
    const checked = readInputs(saved);
    const values = (name: keyof Inputs) =>
      containsSecret(saved[name]) ? "" : ` from ${show(checked[name])} to ${show(inputs[name])}`;
    const isChanged = (name: keyof Inputs) =>
      !containsUnknown(checked[name]) && !isSame(checked[name], inputs[name]);
    return [
      ...shown.filter(isChanged).map((name) => `${name} was changed${values(name)}`),
      // A tokenId can be a secret, and adopt has passwords.
      ...others.filter(isChanged).map((name) => `${name} was changed`),
    ];
  }

  /**
   * @param before the schedule in force; undefined in a create
   * @throws Error that names each input that is not valid, or does not fit the schedule
   */
  require(urn: string, news: Properties, before?: Inputs): Inputs {
    const inputs = readInputs(news);
    const failures = [
      ...this.changesOf(urn, inputs),
      ...checkInputs(news).reader.failures.map(({ reason }) => reason),
    ];
    if (failures.length === 0) {
      failures.push(...expiriesThatDoNotFit(inputs, before));
    }
    if (failures.length > 0) {
      throw new Error(
        `the inputs of ${urn} do not fit the schedule of its passwords: ${failures.join("; ")}. A policy pack or another tool changed an input after the provider had checked it. Set the argument in the program to the value that the policy requires. Nothing has been changed`,
      );
    }
    return inputs;
  }

  /** {@link require} for a create or an update. It is the last operation of a run that needs the inputs, so they leave the memory. */
  take(urn: string, news: Properties, before?: Inputs): Inputs {
    const inputs = this.require(urn, news, before);
    this.byUrn.delete(urn);
    return inputs;
  }
}

/** The passwords to generate whose expiry in the schedule is not the one that expirationInDays says. */
function expiriesThatDoNotFit(inputs: Inputs, before: Inputs | undefined): string[] {
  const { slots, expirationInDays } = inputs;
  if (containsUnknown(slots) || containsUnknown(expirationInDays)) {
    return [];
  }
  const made = before === undefined ? slotsToCreate(inputs) : slotsToMake(before, inputs);
  return made.flatMap((name) => {
    const { madeOn = "", expiresOn } = slots[name];
    const wanted = expirationInDays === undefined ? undefined : daysAfter(madeOn, expirationInDays);
    return expiresOn === wanted
      ? []
      : [
          `expirationInDays is ${show(expirationInDays)}, but ${name} of ${madeOn} ${expiresOn === undefined ? "never expires" : `expires on ${expiresOn}`}`,
        ];
  });
}
