import { describe, expect, test } from "vitest";
import { median, ratios, table } from "../../../tools/bench/figures";
import { plot } from "../../../tools/bench/plot";

test("the median is the middle value, or the mean of the two middle values", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test("a ratio compares the values of one round", () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
});

describe("the table", () => {
  const results = {
    machine: "",
    points: [],
    omissions: [{ what: "creation", missing: "there is no pulumi on PATH" }],
    figures: [
      { what: "start", against: "nothing", values: [1.5, 1.1, 1.2], goal: 1.3 },
      { what: "requests", against: "none", values: [2], goal: 0, detail: "2 of them" },
    ],
  };

  test("has minimum, median and maximum, and whether the median reaches the goal", () => {
    expect(table(results)).toContain("| start | nothing | 1.10 | 1.20 | 1.50 | 1.30 | yes |  |");
    expect(table(results)).toContain("| requests | none | 2 | 2 | 2 | 0 | no | 2 of them |");
  });

  test("names each skipped measurement and what it needs", () => {
    expect(table(results)).toContain("- skipped: creation (there is no pulumi on PATH)");
  });
});

test("the plot has a point for each number of tokens, on both lines", () => {
  const svg = plot([
    { tokens: 1, unchanged: 2, without: 1 },
    { tokens: 100, unchanged: 8, without: 6 },
  ]);
  expect(svg.match(/<circle/g)).toHaveLength(4);
  expect(svg).toContain(">100</text>");
  expect(svg).not.toContain("NaN");
});
