import { describe, expect, test } from "vitest";
import { rotationPeriodDays } from "../../../components/args/periods";
import {
  firstSchedule,
  otherSlot,
  type Rules,
  type Slot,
  slotsToMake,
} from "../../../components/provider/tokenCredentials/schedule";
import { inForce, start } from "./scheduleRun";

describe("the first schedule", () => {
  test("generates both passwords today, and password1 is current", () => {
    expect(firstSchedule({}, start)).toEqual({
      current: "password1",
      slots: { password1: { version: 1, madeOn: start }, password2: { version: 1, madeOn: start } },
    });
  });

  test("says on which day they expire", () => {
    const { slots } = firstSchedule({ expirationInDays: 30 }, start);
    expect(slots.password1).toEqual({ version: 1, madeOn: start, expiresOn: "2026-01-31" });
    expect(slots.password2).toEqual({ version: 1, madeOn: start, expiresOn: "2026-01-31" });
  });
});

describe("how long a password is the current one", () => {
  test.each<[Rules, number | undefined]>([
    [{}, undefined],
    [{ rotateEveryDays: 7 }, 7],
    [{ rotateEveryDays: 7, expirationInDays: 30 }, 7],
    [{ expirationInDays: 30 }, 15],
    [{ expirationInDays: 31 }, 15],
    [{ expirationInDays: 2 }, 1],
    [{ expirationInDays: 3 }, 1],
  ])("under %j: %s days", (rules, days) => {
    expect(rotationPeriodDays(rules)).toBe(days);
  });
});

test("the other slot of each is the other", () => {
  expect(otherSlot("password1")).toBe("password2");
  expect(otherSlot("password2")).toBe("password1");
});

describe("slots to make", () => {
  const made: Slot = { madeOn: start };

  test("are none if nothing changes", () => {
    const now = inForce({}, "password1", made, made);
    expect(slotsToMake(now, now)).toEqual([]);
  });

  test("are those that are to hold one more, in order, also of the same day", () => {
    const now = inForce({}, "password1", made, made);
    const wanted = inForce({}, "password1", { version: 2, madeOn: start }, { version: 2, madeOn: start });
    expect(slotsToMake(now, wanted)).toEqual(["password1", "password2"]);
  });

  test("do not include a password whose expiry alone changes: Azure sets an expiry only on a new password", () => {
    const now = inForce({}, "password1", made, made);
    const wanted = inForce({}, "password1", { ...made, expiresOn: "2026-03-01" }, made);
    expect(slotsToMake(now, wanted)).toEqual([]);
  });
});
