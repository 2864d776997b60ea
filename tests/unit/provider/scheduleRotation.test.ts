/** When a schedule rotates, and when it does not. */
import { describe, expect, test } from "vitest";
import { daysAfter } from "../../../components/provider/clock";
import {
  firstSchedule,
  nextSchedule,
  type Rules,
  type Schedule,
  type Slot,
} from "../../../components/provider/tokenCredentials/schedule";
import { inForce, run, start } from "./scheduleRun";

describe("a rotation", () => {
  const rules = { generation: "a", rotateEveryDays: 7 };
  const before = inForce(rules, "password1", { version: 4, madeOn: start }, { version: 7, madeOn: start });

  test("is not due a day before its day", () => {
    expect(run(before, rules, "2026-01-07")).toEqual({
      current: "password1",
      slots: before.slots,
      made: [],
    });
  });

  test("gives the other slot a new password, makes it current, and keeps the previous password", () => {
    expect(run(before, rules, "2026-01-08")).toEqual({
      current: "password2",
      slots: {
        password1: { version: 4, madeOn: start, previousSince: "2026-01-08" },
        password2: { version: 8, madeOn: "2026-01-08" },
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
        password1: { version: 5, madeOn: "2026-01-15" },
        password2: { version: 8, madeOn: "2026-01-08", previousSince: "2026-01-15" },
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

  test("happens with a change of the generation, on any day", () => {
    expect(run(before, { ...rules, generation: "b" }, "2026-01-02")).toEqual({
      current: "password2",
      slots: {
        password1: { version: 4, madeOn: start, previousSince: "2026-01-02" },
        password2: { version: 8, madeOn: "2026-01-02" },
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
    // Which a preview shows by the version alone.
    expect(now.slots).toEqual({
      password1: { version: 5, madeOn: start, previousSince: start },
      password2: { version: 9, madeOn: start },
    });
  });

  test("counts a password in a state of version 0.1.0, which has no version, as version 1", () => {
    const old = inForce(rules, "password1", { madeOn: start }, { madeOn: start });
    expect(nextSchedule(old, rules, "2026-01-07").slots).toEqual(old.slots);
    expect(run(old, rules, "2026-01-08")).toMatchObject({
      slots: { password2: { version: 2, madeOn: "2026-01-08" } },
      made: ["password2"],
    });
  });

  test("takes the new expiration along, and the other slot keeps its own", () => {
    expect(run(before, { ...rules, expirationInDays: 30 }, "2026-01-08").slots).toEqual({
      password1: { version: 4, madeOn: start, previousSince: "2026-01-08" },
      password2: { version: 8, madeOn: "2026-01-08", expiresOn: "2026-02-07" },
    });
  });
});

describe("a password made under other rules", () => {
  const generation = "a";

  test("is rotated at half of its own life, if today's rules would let it expire first", () => {
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

  test("never expires while it is current in a stack that is updated every week, also if the rules change", () => {
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
  ])("happens if %s", (_where, before, rules, today) => {
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
