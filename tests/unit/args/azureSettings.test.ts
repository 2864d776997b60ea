import { describe, expect, test } from "vitest";
import {
  checkSecureUrl,
  checkSetting,
  flagSettings,
  textSettings,
} from "../../../components/args/azureSettings";

describe("a setting", () => {
  test.each(["subscriptionId", "location", "ClientId", "", "toString"])(
    "that does not exist is refused: %j",
    (name) => {
      expect(checkSetting(name, "value")).toBe(
        `is no setting: there are ${[...textSettings, ...flagSettings].join(", ")}`,
      );
    },
  );

  test.each([...textSettings, ...flagSettings])("may be left out: %s", (name) => {
    expect(checkSetting(name, undefined)).toBeUndefined();
    expect(checkSetting(name, null)).toBeUndefined();
  });

  test.each(textSettings)("that is a text may be empty, which is not given: %s", (name) => {
    expect(checkSetting(name, "")).toBeUndefined();
  });

  test.each(textSettings)("that is a text is nothing else: %s", (name) => {
    expect(checkSetting(name, true)).toBe("must be of type string, got one of type boolean");
    expect(checkSetting(name, 5)).toBe("must be of type string, got one of type number");
  });

  test.each(flagSettings)("that is a yes or a no is nothing else: %s", (name) => {
    expect(checkSetting(name, true)).toBeUndefined();
    expect(checkSetting(name, false)).toBeUndefined();
    expect(checkSetting(name, "true")).toBe("must be of type boolean, got one of type string");
  });
});

describe("a tenant", () => {
  test.each(["0", "contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555", "-a-"])(
    "may be %j",
    (tenant) => {
      expect(checkSetting("tenantId", tenant)).toBeUndefined();
    },
  );

  test.each(["a".repeat(254), "..", "/a", "!a", "a/", "a!", "a b", "a?b", "a\n"])(
    "may not be %j",
    (tenant) => {
      expect(checkSetting("tenantId", tenant)).toBe(
        `must be the id or the domain of a tenant, letters, digits, periods and hyphens, got ${JSON.stringify(tenant)}`,
      );
    },
  );
});

test("a tenant of a megabyte is refused at once", () => {
  const started = performance.now();
  expect(checkSetting("tenantId", `${"-".repeat(1_000_000)}!`)).toContain("must be the id or the domain");
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe("a cloud", () => {
  test.each(["public", "usgovernment", "china", "China"])("may be %j", (cloud) => {
    expect(checkSetting("environment", cloud)).toBeUndefined();
  });

  test("may not be another", () => {
    expect(checkSetting("environment", "german")).toBe(
      'must be one of public, usgovernment, china, got "german"',
    );
  });
});

describe("a URL that a secret goes to", () => {
  test("begins with https://", () => {
    expect(checkSecureUrl("https://host/path?query")).toBeUndefined();
  });

  test.each([
    ["http://host", 'one that begins with "http:"'],
    ["host", "no URL"],
    ["", "no URL"],
  ])("is not %j", (text, shown) => {
    expect(checkSecureUrl(text)).toBe(`must be a URL that begins with https://, got ${shown}`);
  });
});
