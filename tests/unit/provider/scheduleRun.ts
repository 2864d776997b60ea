/** The setup of the tests of a schedule. */
import type { SlotName } from "../../../components/args/credentialFiles";
import {
  nextSchedule,
  type Rules,
  type Schedule,
  type Slot,
  slotsToMake,
} from "../../../components/provider/tokenCredentials/schedule";

/** The day on which everything begins. */
export const start = "2026-01-01";

/** A schedule in force, under rules of its own. */
export function inForce(rules: Rules, current: SlotName, password1: Slot, password2: Slot): Schedule & Rules {
  return { ...rules, current, slots: { password1, password2 } };
}

/** The next schedule after a run on a day, and the slots with a new password. */
export function run(before: Schedule & Rules, rules: Rules, today: string) {
  const next = nextSchedule(before, rules, today);
  return { ...next, made: slotsToMake(before, next) };
}
