import type { ValidationFailure } from "../../args/repositoryActions";
import { type Day, daysAfter } from "../clock";
import { asksForRotation, promisedUntil, type Rules, rotatesOn, type Schedule } from "./schedule";

/**
 * Why today's rules would end the overlap of the previous password early. Undefined if they do not. The reason is a sentence
 * without its subject.
 *
 * @param before the schedule in force, and the rules it was made under
 * @param urn the resource's URN, for `pulumi up --replace`
 */
export function checkOverlapToday(
  before: Schedule & Rules,
  rules: Rules,
  today: Day,
  urn: string,
): ValidationFailure | undefined {
  const until = promisedUntil(before, rules);
  if (until === undefined || until < today) {
    return undefined;
  }
  if (asksForRotation(before, rules)) {
    return {
      property: "generation",
      reason: `cannot rotate the passwords before ${daysAfter(until, 1)} (of a RegistryToken: rotationTriggers, or a replaced RandomUuid): with overlapDays ${rules.overlapDays} the password that was current until the last rotation works until the end of ${until}. Undo the change, wait until that day is over, or shorten overlapDays. After a leak, regenerate both passwords at once: pulumi up --replace '${urn}'`,
    };
  }
  const { expiresOn } = before.slots[before.current];
  return expiresOn !== undefined && expiresOn <= until
    ? {
        property: "overlapDays",
        reason: `must end before the current password expires on ${expiresOn}, which was generated under other arguments, got ${rules.overlapDays}, which is until ${until}: shorten it until that password is rotated, on ${rotatesOn(before, { ...rules, overlapDays: undefined })}`,
      }
    : undefined;
}
