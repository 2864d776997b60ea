import type { Fault } from "../../common/repositoryActions";
import type { Day } from "../clock";
import { asksForRotation, promisedUntil, type Rules, rotatesOn, type Schedule } from "./schedule";

/**
 * Why the rules cannot be followed today without refusing a previous password before its overlap is over; undefined where
 * they can. The reason is a sentence without its subject.
 *
 * @param before the schedule in force, and the rules that it was made under
 * @param urn the resource's: what `pulumi up --replace` takes
 */
export function checkOverlapToday(
  before: Schedule & Rules,
  rules: Rules,
  today: Day,
  urn: string,
): Fault | undefined {
  const until = promisedUntil(before, rules);
  if (until === undefined || until <= today) {
    return undefined;
  }
  if (asksForRotation(before, rules)) {
    return {
      property: "generation",
      reason: `cannot rotate the passwords before ${until} (of a RegistryToken: rotationTriggers, or a replaced RandomUuid): with overlapDays ${rules.overlapDays} the password that was current until the last rotation works until then. Take the change back, wait until that day, or shorten overlapDays. After a leak make both passwords anew at once: pulumi up --replace '${urn}'`,
    };
  }
  const { expiresOn } = before.slots[before.current];
  return expiresOn !== undefined && expiresOn <= until
    ? {
        property: "overlapDays",
        reason: `must end before the current password does, which expires on ${expiresOn}, having been made under other arguments, got ${rules.overlapDays}, which is until ${until}: shorten it until that password is rotated, on ${rotatesOn(before, { ...rules, overlapDays: undefined })}`,
      }
    : undefined;
}
