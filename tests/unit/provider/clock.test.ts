import { describe, expect, test } from "vitest";
import { dayOf, daysAfter, endOf, isDay } from "../../../components/provider/clock";

describe("a day", () => {
  test.each([
    ["2026-11-24T00:00:00.000Z", "2026-11-24"],
    ["2026-11-24T23:59:59.999Z", "2026-11-24"],
    ["2026-11-25T00:30:00+01:00", "2026-11-24"],
    ["2026-11-23T20:00:00-05:00", "2026-11-24"],
  ])("is that of UTC: %s is on %s", (moment, day) => {
    expect(dayOf(new Date(moment))).toBe(day);
  });
});

describe("days after a day", () => {
  test.each([
    ["2026-11-24", 0, "2026-11-24"],
    ["2026-11-24", 7, "2026-12-01"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2028-02-28", 1, "2028-02-29"],
    ["2027-02-28", 1, "2027-03-01"],
    // The nights on which Europe's clocks change.
    ["2026-03-28", 2, "2026-03-30"],
    ["2026-10-24", 2, "2026-10-26"],
    ["2026-11-24", 36_500, "2126-10-31"],
  ])("count in the calendar: %s and %d make %s", (start, days, end) => {
    expect(daysAfter(start, days)).toBe(end);
  });
});

test("the end of a day is its last second in UTC", () => {
  expect(endOf("2026-11-24").toISOString()).toBe("2026-11-24T23:59:59.000Z");
});

test.each([
  ["2026-11-24", true],
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2026-11-24T00:00:00Z", false],
  ["yesterday", false],
  [20261124, false],
  [undefined, false],
])("whether a value is a day: %s %s", (value, expected) => {
  expect(isDay(value)).toBe(expected);
});
