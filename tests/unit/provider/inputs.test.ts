import { type Properties, secret, unknown } from "provider-server";
import { describe, expect, test } from "vitest";
import { checkStatus } from "../../../components/common/checks";
import { InputReader, requireReferences, withReferences } from "../../../components/provider/inputs";

describe("a text", () => {
  test("that follows its rule is read", () => {
    const reader = new InputReader({ status: "disabled" });
    expect(reader.text("status", checkStatus)).toBe("disabled");
    expect(reader.failures).toEqual([]);
  });

  test("that breaks its rule is a failure that starts with the property", () => {
    const reader = new InputReader({ status: "off" });
    expect(reader.text("status", checkStatus)).toBeUndefined();
    expect(reader.failures).toEqual([
      { property: "status", reason: 'status must be one of enabled, disabled, got "off"' },
    ]);
  });

  test("that is none is a failure, not a crash of its rule", () => {
    const reader = new InputReader({ status: 7 });
    reader.text("status", (value) => value.toUpperCase());
    expect(reader.failures).toEqual([
      { property: "status", reason: "status must be a text, got one of type number" },
    ]);
  });

  test("inside a secret is read", () => {
    expect(new InputReader({ status: secret("enabled") }).text("status", checkStatus)).toBe("enabled");
  });

  test.each<Properties>([{}, { status: null }])("that is missing in %j need not be given", (inputs) => {
    const reader = new InputReader(inputs);
    expect(reader.text("status", checkStatus)).toBeUndefined();
    expect(reader.failures).toEqual([]);
  });
});

test("a secret that is wrong is not shown", () => {
  const reader = new InputReader({
    status: secret("hush"),
    days: secret(secret(0)),
    flag: secret("hush hush"),
  });
  reader.text("status", checkStatus);
  reader.days("days", 1);
  reader.flag("flag");
  expect(reader.failures.map(({ reason }) => reason)).toEqual([
    "status must be one of enabled, disabled, got a secret",
    "days must be a whole number of days from 1 to 36500, got a secret",
    "flag must be true or false, got a secret",
  ]);
  // The engine prints the value of the property that a failure names.
  expect(reader.failures.map(({ property }) => property)).toEqual(["", "", ""]);
});

test("a setting that is wrong is not shown where any of them is a secret", () => {
  const tenantId = "abc8Q~hush hush";
  for (const azure of [
    secret({ tenantId }),
    { tenantId: secret(tenantId) },
    { tenantId, oidcToken: secret("x") },
  ]) {
    const reader = new InputReader({ azure } as never);
    reader.azure("azure");
    expect(reader.failures).toEqual([
      {
        property: "",
        reason:
          "azure.tenantId must be the id or the domain of a tenant, letters, digits, periods and hyphens, got a secret",
      },
    ]);
  }
});

test.each(["azure", "adopt"])("%s, which may hold a secret, is named in the text alone", (name) => {
  const reader = new InputReader({ [name]: "hush" });
  reader.azure("azure");
  reader.check("adopt", () => [{ property: "adopt", reason: "must be a map" }]);
  expect(reader.failures).toEqual([
    { property: "", reason: expect.stringMatching(new RegExp(`^${name} must be a map`)) },
  ]);
});

describe("the id of another resource", () => {
  test("that is missing is what it was, if it was", () => {
    const olds = { tokenId: "before", scopeMapId: "before", status: "enabled" };
    const names = ["tokenId", "scopeMapId"];
    expect(withReferences({ scopeMapId: "now" }, olds, names)).toEqual({
      tokenId: "before",
      scopeMapId: "now",
    });
    expect(withReferences({ scopeMapId: "now" }, {}, names)).toEqual({ scopeMapId: "now" });
  });

  test("that is missing keeps the resource from being created, and one that is unknown does not", () => {
    expect(() => requireReferences({}, ["tokenId", "scopeMapId"])).toThrow(
      /^tokenId is required\nscopeMapId is required$/,
    );
    expect(() => requireReferences({ tokenId: unknown, scopeMapId: "now" }, ["tokenId"])).not.toThrow();
  });

  test("that is unknown is left until it is known", () => {
    const reader = new InputReader({ tokenId: unknown, generation: secret(unknown), azure: secret(unknown) });
    reader.azure("azure");
    expect(reader.knows("azure")).toBe(false);
    reader.text("tokenId", () => "must not be asked");
    reader.text("generation", () => "must not be asked");
    expect(reader.failures).toEqual([]);
    expect(reader.knows("tokenId")).toBe(false);
    expect(reader.knows("generation")).toBe(false);
    expect(reader.knows("anything else")).toBe(true);
  });
});

describe("days", () => {
  test("are a number from the least on", () => {
    const reader = new InputReader({ rotateEveryDays: 1, expirationInDays: secret(2) });
    expect(reader.days("rotateEveryDays", 1)).toBe(1);
    expect(reader.days("expirationInDays", 2)).toBe(2);
    expect(reader.failures).toEqual([]);
  });

  test("that are unknown or missing are no number, and no failure", () => {
    const reader = new InputReader({ rotateEveryDays: unknown });
    expect(reader.days("rotateEveryDays", 1)).toBeUndefined();
    expect(reader.days("expirationInDays", 2)).toBeUndefined();
    expect(reader.failures).toEqual([]);
  });
});

describe("a yes or no", () => {
  test("is read as it is, no included", () => {
    const reader = new InputReader({ waitUntilLive: false, other: secret(true), unknown });
    expect(reader.flag("waitUntilLive")).toBe(false);
    expect(reader.flag("other")).toBe(true);
    expect(reader.flag("unknown")).toBeUndefined();
    expect(reader.flag("missing")).toBeUndefined();
    expect(reader.failures).toEqual([]);
  });

  test("is no text that says so", () => {
    const reader = new InputReader({ waitUntilLive: "true" });
    expect(reader.flag("waitUntilLive")).toBeUndefined();
    expect(reader.failures).toEqual([
      { property: "waitUntilLive", reason: 'waitUntilLive must be true or false, got "true"' },
    ]);
  });
});

test("everything that is wrong is listed at once", () => {
  const reader = new InputReader({ status: "off", rotateEveryDays: 0 });
  reader.fail("tokenId", "is required");
  reader.text("status", checkStatus);
  reader.days("rotateEveryDays", 1);
  reader.fail("expirationInDays", "must be more");
  expect(reader.failures).toEqual([
    { property: "tokenId", reason: "tokenId is required" },
    { property: "status", reason: 'status must be one of enabled, disabled, got "off"' },
    {
      property: "rotateEveryDays",
      reason: "rotateEveryDays must be a whole number of days from 1 to 36500, got 0",
    },
    { property: "expirationInDays", reason: "expirationInDays must be more" },
  ]);
});
