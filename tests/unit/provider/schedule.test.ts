import { describe, expect, test } from "vitest";
import type { SlotName } from "../../../components/common/credentialFiles";
import { rotationPeriod } from "../../../components/common/periods";
import { daysAfter } from "../../../components/provider/clock";
import {
  firstSchedule,
  nextSchedule,
  otherSlot,
  type Rules,
  type Schedule,
  type Slot,
  slotsToMake,
} from "../../../components/provider/tokenCredentials/schedule";

const start = "2026-01-01";

/** A schedule in force, under rules of its own. */
function inForce(rules: Rules, current: SlotName, password1: Slot, password2: Slot): Schedule & Rules {
  return { ...rules, current, slots: { password1, password2 } };
}

/** What a run on a day makes of a schedule: what comes next, and the slots that get a new password. */
function run(before: Schedule & Rules, rules: Rules, today: string) {
  const next = nextSchedule(before, rules, today);
  return { ...next, made: slotsToMake(before, next) };
}

describe("the first schedule", () => {
  test("makes both passwords today, password1 the current one", () => {
    expect(firstSchedule({}, start)).toEqual({
      current: "password1",
      slots: { password1: { count: 1, madeOn: start }, password2: { count: 1, madeOn: start } },
    });
  });

  test("says on which day they expire", () => {
    const { slots } = firstSchedule({ expirationInDays: 30 }, start);
    expect(slots.password1).toEqual({ count: 1, madeOn: start, expiresOn: "2026-01-31" });
    expect(slots.password2).toEqual({ count: 1, madeOn: start, expiresOn: "2026-01-31" });
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
    expect(rotationPeriod(rules)).toBe(days);
  });
});

describe("a rotation", () => {
  const rules = { generation: "a", rotateEveryDays: 7 };
  const before = inForce(rules, "password1", { count: 4, madeOn: start }, { count: 7, madeOn: start });

  test("is not due a day before its day", () => {
    expect(run(before, rules, "2026-01-07")).toEqual({
      current: "password1",
      slots: before.slots,
      made: [],
    });
  });

  test("gives the other slot a new password, makes it current, and leaves the one that was current", () => {
    expect(run(before, rules, "2026-01-08")).toEqual({
      current: "password2",
      slots: {
        password1: { count: 4, madeOn: start, previousSince: "2026-01-08" },
        password2: { count: 8, madeOn: "2026-01-08" },
      },
      made: ["password2"],
    });
  });

  test("happens once, however often the program runs on that day", () => {
    const after = { ...rules, ...nextSchedule(before, rules, "2026-01-08") };
    expect(run(after, rules, "2026-01-08").made).toEqual([]);
  });

  test("goes back to the first slot the next time", () => {
    const after = { ...rules, ...nextSchedule(before, rules, "2026-01-08") };
    expect(run(after, rules, "2026-01-15")).toEqual({
      current: "password1",
      slots: {
        password1: { count: 5, madeOn: "2026-01-15" },
        password2: { count: 8, madeOn: "2026-01-08", previousSince: "2026-01-15" },
      },
      made: ["password1"],
    });
  });

  test("counts from the day on which the current password was made, not from when it was due", () => {
    const late = { ...rules, ...nextSchedule(before, rules, "2026-01-20") };
    expect(run(late, rules, "2026-01-26").made).toEqual([]);
    expect(run(late, rules, "2026-01-27").made).toEqual(["password1"]);
  });

  test("counts the age of the current slot only: an older one beside it does not matter", () => {
    const uneven = inForce(rules, "password2", { madeOn: "2020-01-01" }, { madeOn: start });
    expect(run(uneven, rules, "2026-01-07").made).toEqual([]);
  });

  test("comes with a change of the generation, on any day", () => {
    expect(run(before, { ...rules, generation: "b" }, "2026-01-02")).toEqual({
      current: "password2",
      slots: {
        password1: { count: 4, madeOn: start, previousSince: "2026-01-02" },
        password2: { count: 8, madeOn: "2026-01-02" },
      },
      made: ["password2"],
    });
  });

  test("is one and not two when the generation changes on the day on which it is due", () => {
    expect(run(before, { ...rules, generation: "b" }, "2026-01-08").made).toEqual(["password2"]);
  });

  test("by the generation happens as often in a day as the generation changes, each time in the other slot", () => {
    let now = before;
    const made = ["b", "c", "d"].map((generation) => {
      const { made: slots, ...next } = run(now, { ...rules, generation }, start);
      now = { ...rules, generation, ...next };
      return slots;
    });
    expect(made).toEqual([["password2"], ["password1"], ["password2"]]);
    expect(now.current).toBe("password2");
    // Which a preview shows by the count alone.
    expect(now.slots).toEqual({
      password1: { count: 5, madeOn: start, previousSince: start },
      password2: { count: 9, madeOn: start },
    });
  });

  test("counts what a state of version 0.1.0, which did not, holds in a slot as one", () => {
    const old = inForce(rules, "password1", { madeOn: start }, { madeOn: start });
    expect(nextSchedule(old, rules, "2026-01-07").slots).toEqual(old.slots);
    expect(run(old, rules, "2026-01-08")).toMatchObject({
      slots: { password2: { count: 2, madeOn: "2026-01-08" } },
      made: ["password2"],
    });
  });

  test("takes the new expiration along, and the other slot keeps its own", () => {
    expect(run(before, { ...rules, expirationInDays: 30 }, "2026-01-08").slots).toEqual({
      password1: { count: 4, madeOn: start, previousSince: "2026-01-08" },
      password2: { count: 8, madeOn: "2026-01-08", expiresOn: "2026-02-07" },
    });
  });
});

describe("a password made under other rules", () => {
  const generation = "a";

  test("is rotated at half of its own life, where today's rules would let it expire first", () => {
    const made: Slot = { madeOn: start, expiresOn: daysAfter(start, 30) };
    const before = inForce({ generation, expirationInDays: 30 }, "password1", made, made);
    for (const rules of [
      { generation, expirationInDays: 365 },
      { generation, rotateEveryDays: 300 },
      { generation },
    ]) {
      expect(nextSchedule(before, rules, daysAfter(start, 14)).current).toBe("password1");
      const next = nextSchedule(before, rules, daysAfter(start, 15));
      expect(next.current).toBe("password2");
      expect(next.slots.password1).toEqual({ ...made, previousSince: daysAfter(start, 15) });
    }
  });

  test("never expires while it is current in a stack that is updated every week, whatever becomes of the rules", () => {
    const courses: Rules[][] = [
      [{ expirationInDays: 30 }, { expirationInDays: 365 }],
      [{ expirationInDays: 90 }, {}],
      [{ expirationInDays: 60, rotateEveryDays: 20 }, { rotateEveryDays: 50 }],
      [{}, { expirationInDays: 14 }, { expirationInDays: 300, rotateEveryDays: 200 }],
    ];
    for (const course of courses) {
      let today = start;
      let now: Schedule & Rules = { ...course[0], ...firstSchedule(course[0], today) };
      for (let week = 0; week < 120; week += 1) {
        today = daysAfter(today, 7);
        const { expiresOn } = now.slots[now.current];
        expect(expiresOn === undefined || expiresOn > today, JSON.stringify({ course, today, now })).toBe(
          true,
        );
        const rules = course[Math.min(Math.floor(week / 2), course.length - 1)];
        now = { ...rules, ...nextSchedule(now, rules, today) };
      }
    }
  });
});

describe("no rotation", () => {
  const made: Slot = { madeOn: start };
  const none = inForce({ generation: "a" }, "password1", made, made);
  const weekly = inForce({ generation: "a", rotateEveryDays: 7 }, "password1", made, made);

  test.each<[string, Schedule & Rules, Rules, string]>([
    ["years pass and nothing asks for one", none, { generation: "a" }, "2036-01-01"],
    [
      "rotateEveryDays is switched on and is not due",
      none,
      { generation: "a", rotateEveryDays: 30 },
      "2026-01-20",
    ],
    ["rotateEveryDays is switched off after its day", weekly, { generation: "a" }, "2026-03-01"],
    ["rotateEveryDays becomes longer", weekly, { generation: "a", rotateEveryDays: 30 }, "2026-01-20"],
    [
      "rotateEveryDays becomes shorter and is not due",
      weekly,
      { generation: "a", rotateEveryDays: 3 },
      "2026-01-03",
    ],
    [
      "expirationInDays is switched on and half of it is ahead",
      none,
      { generation: "a", expirationInDays: 60 },
      "2026-01-30",
    ],
    [
      "the generation is given for the first time",
      inForce({}, "password1", made, made),
      { generation: "a" },
      "2026-01-02",
    ],
    ["the generation is no longer given", none, {}, "2026-01-02"],
  ])("takes place where %s", (_where, before, rules, today) => {
    const { current, slots, made } = run(before, rules, today);
    expect({ current, slots, made }).toEqual({ current: before.current, slots: before.slots, made: [] });
  });
});

describe("a rotation is due at once", () => {
  const before = inForce({ generation: "a" }, "password2", { madeOn: start }, { madeOn: start });

  test.each<[string, Rules]>([
    ["rotateEveryDays is switched on", { generation: "a", rotateEveryDays: 9 }],
    ["expirationInDays is switched on", { generation: "a", expirationInDays: 19 }],
  ])("where %s and the current password is older", (_where, rules) => {
    expect(run(before, rules, "2026-01-10")).toMatchObject({ current: "password1", made: ["password1"] });
  });
});

describe("a lost password", () => {
  const rules = { generation: "a" };

  test("that is not current is made new in its place, and nothing rotates", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "cleared outside of this state" });
    expect(run(before, rules, "2026-02-01")).toEqual({
      current: "password1",
      slots: { password1: { madeOn: start }, password2: { count: 2, madeOn: "2026-02-01" } },
      made: ["password2"],
    });
  });

  test("that is current is made new in its place", () => {
    const before = inForce(rules, "password2", { madeOn: start }, { lost: "cleared outside of this state" });
    expect(run(before, rules, "2026-02-01")).toEqual({
      current: "password2",
      slots: { password1: { madeOn: start }, password2: { count: 2, madeOn: "2026-02-01" } },
      made: ["password2"],
    });
  });

  test("is made new together with the other where both are lost", () => {
    const before = inForce(rules, "password2", { lost: "cleared" }, { lost: "cleared" });
    expect(run(before, rules, start).made).toEqual(["password1", "password2"]);
  });

  test("is mended by the rotation that comes to it, in one go", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "cleared" });
    expect(run(before, { generation: "b" }, "2026-02-01")).toMatchObject({
      current: "password2",
      made: ["password2"],
    });
  });

  test("on the day on which it was made is made new as well", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "made anew" });
    expect(run(before, rules, start).made).toEqual(["password2"]);
  });
});

describe("an expired password", () => {
  const rules = { expirationInDays: 30, rotateEveryDays: 20 };

  test("lives through the day before it expires", () => {
    const before = inForce(
      rules,
      "password2",
      { madeOn: start, expiresOn: "2026-01-31" },
      { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
    );
    expect(run(before, rules, "2026-01-30").made).toEqual([]);
  });

  test("that is not current is made new in its place on its day, and nothing rotates", () => {
    const before = inForce(
      rules,
      "password2",
      { madeOn: start, expiresOn: "2026-01-31" },
      { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
    );
    expect(run(before, rules, "2026-01-31")).toEqual({
      current: "password2",
      slots: {
        password1: { count: 2, madeOn: "2026-01-31", expiresOn: "2026-03-02" },
        password2: { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
      },
      made: ["password1"],
    });
  });

  test("after years without an update, both are made new, and the other one is current", () => {
    const before = { ...rules, ...firstSchedule(rules, start) };
    expect(run(before, rules, "2031-06-01")).toEqual({
      current: "password2",
      slots: {
        password1: { count: 2, madeOn: "2031-06-01", expiresOn: "2031-07-01" },
        password2: { count: 2, madeOn: "2031-06-01", expiresOn: "2031-07-01" },
      },
      made: ["password1", "password2"],
    });
  });

  test("stays expired when the expiration is switched off: it is made new, without an end", () => {
    const before = inForce(rules, "password1", { madeOn: start, expiresOn: "2026-01-31" }, { madeOn: start });
    expect(run(before, {}, "2026-02-01").slots.password1).toEqual({ count: 2, madeOn: "2026-02-01" });
  });
});

test("the other slot of each is the other", () => {
  expect(otherSlot("password1")).toBe("password2");
  expect(otherSlot("password2")).toBe("password1");
});

describe("slots to make", () => {
  const made: Slot = { madeOn: start };

  test("are none where nothing is to change", () => {
    const now = inForce({}, "password1", made, made);
    expect(slotsToMake(now, now)).toEqual([]);
  });

  test("are those that are to hold one more, in order, also of the same day", () => {
    const now = inForce({}, "password1", made, made);
    const wanted = inForce({}, "password1", { count: 2, madeOn: start }, { count: 2, madeOn: start });
    expect(slotsToMake(now, wanted)).toEqual(["password1", "password2"]);
  });

  test("do not include one that merely gets another day of expiry: only Azure can set it, on a new password", () => {
    const now = inForce({}, "password1", made, made);
    const wanted = inForce({}, "password1", { ...made, expiresOn: "2026-03-01" }, made);
    expect(slotsToMake(now, wanted)).toEqual([]);
  });
});
