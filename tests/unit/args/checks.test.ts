import { describe, expect, test } from "vitest";
import {
  checkDays,
  checkHost,
  checkName,
  checkStatus,
  type NameKind,
  show,
} from "../../../components/args/checks";

const bounds: [NameKind, number, number, string, string][] = [
  ["registryName", 5, 50, "aB3", "5 to 50 letters and digits"],
  ["scopeMapName", 5, 50, "aB3-_", "5 to 50 letters, digits, hyphens and underscores"],
  ["tokenName", 5, 50, "aB3-", "5 to 50 letters, digits and hyphens"],
  [
    "resourceGroupName",
    1,
    90,
    "aB3-_.()é",
    "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, not ending in a period",
  ],
];

describe.each(bounds)("a %s", (kind, least, most, alphabet, allowed) => {
  test(`has ${least} to ${most} characters`, () => {
    expect(checkName(kind, "a".repeat(least))).toBeUndefined();
    expect(checkName(kind, "a".repeat(most))).toBeUndefined();
    for (const name of ["a".repeat(least - 1), "a".repeat(most + 1)]) {
      expect(checkName(kind, name)).toBe(`must be ${allowed}, got ${JSON.stringify(name)}`);
    }
  });

  test("takes every character that Azure allows and no other", () => {
    // The filling keeps the name within its bounds, and a period away from its end.
    const named = (character: string) => `aa${character}aa`;
    for (const character of alphabet) {
      expect(checkName(kind, named(character)), character).toBeUndefined();
    }
    const others = ["_", "-", ".", "é"].filter((character) => !alphabet.includes(character));
    for (const character of [..." /:*\\\n", ...others]) {
      expect(checkName(kind, named(character)), JSON.stringify(character)).toContain(allowed);
    }
  });

  test("reaches the end of the text, so it refuses a trailing line break", () => {
    expect(checkName(kind, "aaaaa\n")).toBe(`must be ${allowed}, got "aaaaa\\n"`);
  });

  test.each([undefined, null, 12345, ["aaaaa"], { name: "aaaaa" }])("is a text, not %j", (value) => {
    expect(checkName(kind, value)).toBe(`must be ${allowed}, got ${show(value)}`);
  });
});

test("a resource group's name does not end in a period", () => {
  expect(checkName("resourceGroupName", "group.")).toContain("not ending in a period");
  expect(checkName("resourceGroupName", ".group")).toBeUndefined();
});

describe("a number of days", () => {
  test.each([
    [1, 1],
    [2, 2],
    [1, 36_500],
  ])("from %d may be %d", (least, days) => {
    expect(checkDays(least, days)).toBeUndefined();
  });

  test.each([
    [1, 0, "0"],
    [2, 1, "1"],
    [1, -1, "-1"],
    [1, 36_501, "36501"],
    [1, 1.5, "1.5"],
    [1, "30", '"30"'],
    [1, null, "null"],
    [1, undefined, "undefined"],
  ])("from %d may not be %j", (least, days, shown) => {
    expect(checkDays(least, days)).toBe(
      `must be a whole number of days from ${least} to 36500, got ${shown}`,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("may not be %d", (days) => {
    expect(checkDays(1, days)).toContain("must be a whole number of days from 1 to 36500");
  });
});

describe("a status", () => {
  test.each(["enabled", "disabled"])("may be %s", (status) => {
    expect(checkStatus(status)).toBeUndefined();
  });

  test.each([
    ["Enabled", '"Enabled"'],
    ["", '""'],
    [true, "true"],
    [undefined, "undefined"],
  ])("may not be %j", (status, shown) => {
    expect(checkStatus(status)).toBe(`must be one of enabled, disabled, got ${shown}`);
  });
});

describe("a host", () => {
  test.each(["a", "a-b.example", "registry.azurecr.io:1", "registry.azurecr.io:65535"])(
    "may be %s",
    (host) => {
      expect(checkHost(host)).toBeUndefined();
    },
  );

  test.each(["-a.example", "a.-b", "a-.example", "a.example-", "a-:443", "a:0", "a:65536"])(
    "may not be %s",
    (host) => {
      expect(checkHost(host)).toContain(`got "${host}"`);
    },
  );
});

test("an error shows 300 characters of a value, and says if there are more", () => {
  expect(show("x".repeat(298))).toBe(JSON.stringify("x".repeat(298)));
  expect(show("x".repeat(299))).toBe(`"${"x".repeat(299)}… (301 characters)`);
});

test("control characters and bidirectional marks are escaped in a shown value", () => {
  expect(show("\u001b[31m\u009b1m\u202e\u2028<{%reset%}>")).toBe(
    String.raw`"\u001b[31m\u009b1m\u202e\u2028<{\u0025reset%}>"`,
  );
  expect(show("Ünïcödé 日本")).toBe('"Ünïcödé 日本"');
});
