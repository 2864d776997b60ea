import { isMap, typeOf } from "./checks";
import { type SlotName, slotNames } from "./credentialFiles";
import type { ValidationFailure } from "./repositoryActions";

/** What is known of the passwords of a token that somebody else made. */
export interface AdoptedPasswords {
  readonly password1?: string;
  readonly password2?: string;
  /** The slot to regenerate. Its password stops working. */
  readonly regenerate?: SlotName;
}

/** Everything that is wrong with them, without a value: they are secrets. `others` are names that are allowed beside them. */
export function checkAdoptedPasswords(adopt: unknown, others: readonly string[] = []): ValidationFailure[] {
  if (!isMap(adopt)) {
    return [{ property: "adopt", reason: `must be a map, got one of type ${typeOf(adopt)}` }];
  }
  const given = Object.entries(adopt).filter(([, value]) => value !== undefined && value !== null);
  const failures = given.flatMap(([name, value]) => {
    const reason = checkPart(name, value, others);
    return reason === undefined ? [] : [{ property: `adopt.${name}`, reason }];
  });
  const { password1, password2, regenerate } = Object.fromEntries(given);
  if (typeof password1 === "string" && password1 === password2) {
    failures.push({
      property: "adopt.password2",
      reason: "is the same as adopt.password1: each slot has its own",
    });
  }
  if (isSlotName(regenerate) && given.some(([name]) => name === regenerate)) {
    failures.push({
      property: "adopt.regenerate",
      reason: `names ${regenerate}, which is given and stays as it is: leave one of them out`,
    });
  }
  return failures;
}

function checkPart(name: string, value: unknown, others: readonly string[]): string | undefined {
  if (isSlotName(name)) {
    return typeof value === "string" && value !== "" ? undefined : "must be the password, a text";
  }
  if (name === "regenerate") {
    return isSlotName(value) ? undefined : `must be one of ${slotNames.join(", ")}`;
  }
  const known = [...others, ...slotNames, "regenerate"];
  return known.includes(name) ? undefined : `is not known: there are ${known.join(", ")}`;
}

function isSlotName(name: unknown): name is SlotName {
  return slotNames.includes(name as SlotName);
}
