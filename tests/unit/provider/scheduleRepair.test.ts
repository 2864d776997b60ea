/** A password that is lost or has expired is regenerated in its slot. */
import { describe, expect, test } from "vitest";
import { firstSchedule } from "../../../components/provider/tokenCredentials/schedule";
import { inForce, run, start } from "./scheduleRun";

describe("a lost password", () => {
  const rules = { generation: "a" };

  test("that is not current is regenerated in its slot, and nothing rotates", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "cleared outside of this state" });
    expect(run(before, rules, "2026-02-01")).toEqual({
      current: "password1",
      slots: { password1: { madeOn: start }, password2: { version: 2, madeOn: "2026-02-01" } },
      made: ["password2"],
    });
  });

  test("that is current is regenerated in its slot", () => {
    const before = inForce(rules, "password2", { madeOn: start }, { lost: "cleared outside of this state" });
    expect(run(before, rules, "2026-02-01")).toEqual({
      current: "password2",
      slots: { password1: { madeOn: start }, password2: { version: 2, madeOn: "2026-02-01" } },
      made: ["password2"],
    });
  });

  test("is regenerated together with the other if both are lost", () => {
    const before = inForce(rules, "password2", { lost: "cleared" }, { lost: "cleared" });
    expect(run(before, rules, start).made).toEqual(["password1", "password2"]);
  });

  test("is fixed by the rotation that comes to it, in one go", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "cleared" });
    expect(run(before, { generation: "b" }, "2026-02-01")).toMatchObject({
      current: "password2",
      made: ["password2"],
    });
  });

  test("is also regenerated on the day on which it was generated", () => {
    const before = inForce(rules, "password1", { madeOn: start }, { lost: "regenerated" });
    expect(run(before, rules, start).made).toEqual(["password2"]);
  });
});

describe("an expired password", () => {
  const rules = { expirationInDays: 30, rotateEveryDays: 20 };

  test("counts as working on the day on which it expires, because the hour is not known", () => {
    const before = inForce(
      rules,
      "password2",
      { madeOn: start, expiresOn: "2026-01-31" },
      { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
    );
    expect(run(before, rules, "2026-01-31").made).toEqual([]);
  });

  test("that is not current is regenerated on the day after, and nothing rotates", () => {
    const before = inForce(
      rules,
      "password2",
      { madeOn: start, expiresOn: "2026-01-31" },
      { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
    );
    expect(run(before, rules, "2026-02-01")).toEqual({
      current: "password2",
      slots: {
        password1: { version: 2, madeOn: "2026-02-01", expiresOn: "2026-03-03" },
        password2: { madeOn: "2026-01-21", expiresOn: "2026-02-20" },
      },
      made: ["password1"],
    });
  });

  test("that is current survives a late rotation on its last day, because it may still work", () => {
    const before = { ...rules, ...firstSchedule(rules, start) };
    const { current, slots, made } = run(before, rules, "2026-01-31");
    expect([current, made]).toEqual(["password2", ["password2"]]);
    expect(slots.password1).toEqual({
      madeOn: start,
      version: 1,
      expiresOn: "2026-01-31",
      previousSince: "2026-01-31",
    });
  });

  test("after years without an update, both are regenerated, and the other is current", () => {
    const before = { ...rules, ...firstSchedule(rules, start) };
    expect(run(before, rules, "2031-06-01")).toEqual({
      current: "password2",
      slots: {
        password1: { version: 2, madeOn: "2031-06-01", expiresOn: "2031-07-01" },
        password2: { version: 2, madeOn: "2031-06-01", expiresOn: "2031-07-01" },
      },
      made: ["password1", "password2"],
    });
  });

  test("stays expired when the expiration is switched off: it is regenerated, without an expiry", () => {
    const before = inForce(rules, "password1", { madeOn: start, expiresOn: "2026-01-31" }, { madeOn: start });
    expect(run(before, {}, "2026-02-01").slots.password1).toEqual({ version: 2, madeOn: "2026-02-01" });
  });
});

describe("a current password that clients cannot get from the vault", () => {
  const made = { madeOn: "2026-01-10", unavailable: "its version of the secret is disabled" };

  test.each([{}, { rotateEveryDays: 30 }])("is rotated by the next run: %j", (rules) => {
    const before = inForce(rules, "password1", made, { madeOn: start });
    expect(run(before, rules, "2026-01-10")).toStrictEqual({
      current: "password2",
      slots: {
        password1: { madeOn: "2026-01-10", previousSince: "2026-01-10" },
        password2: { version: 2, madeOn: "2026-01-10" },
      },
      made: ["password2"],
    });
  });

  test("stays so while the previous password has to work", () => {
    const rules = { overlapDays: 3 };
    const before = inForce(rules, "password1", made, { madeOn: start, previousSince: "2026-01-10" });
    expect(run(before, rules, "2026-01-13")).toStrictEqual({
      current: "password1",
      slots: before.slots,
      made: [],
    });
    expect(run(before, rules, "2026-01-14").made).toEqual(["password2"]);
  });

  test("is rotated on the day after the previous password's last one, if that is the day on which it was made", () => {
    const rules = { overlapDays: 3 };
    const previous = { madeOn: start, previousSince: "2026-01-10", expiresOn: "2026-01-10" };
    const before = inForce(rules, "password1", made, previous);
    expect(run(before, rules, "2026-01-10").made).toEqual([]);
    expect(run(before, rules, "2026-01-11").made).toEqual(["password2"]);
  });
});

test("a slot that is available does not say so", () => {
  const before = inForce({}, "password1", { madeOn: start }, { madeOn: start });
  expect(run(before, {}, start).slots).toStrictEqual(before.slots);
});
