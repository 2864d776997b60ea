import { type Properties, secret, unknown } from "provider-server";
import { describe, expect, test } from "vitest";
import { argumentRules } from "../../../components/args/registryTokenArgs";
import { InputReader, requireReferences, withReferences } from "../../../components/provider/inputs";

const { status, rotateEveryDays, waitUntilLive } = argumentRules;

/** A rule that must not be called. */
const never = () => [{ property: "x", reason: "the rule was called" }];

describe("an input", () => {
  test.each<[Properties, string, unknown]>([
    [{ status: "disabled" }, "status", "disabled"],
    [{ status: secret("enabled") }, "status", "enabled"],
    [{ waitUntilLive: false }, "waitUntilLive", false],
    [{ rotateEveryDays: secret(1) }, "rotateEveryDays", 1],
  ])("that follows its rule is read: %j", (inputs, name, value) => {
    const reader = new InputReader(inputs);
    expect(reader.read(name, argumentRules[name as keyof typeof argumentRules])).toBe(value);
    expect(reader.failures).toEqual([]);
  });

  test.each<Properties>([{}, { status: null }])("that is missing is no failure: %j", (inputs) => {
    const reader = new InputReader(inputs);
    expect(reader.read("status", never)).toBeUndefined();
    expect(reader.knows("status")).toBe(true);
    expect(reader.failures).toEqual([]);
  });

  test.each([unknown, secret(unknown)])("that is unknown stays unknown and is not checked", (tokenId) => {
    const reader = new InputReader({ tokenId, azure: tokenId });
    reader.readAzure();
    expect(reader.read("tokenId", never)).toBe(unknown);
    expect(reader.knows("tokenId")).toBe(false);
    expect(reader.knows("azure")).toBe(false);
    expect(reader.failures).toEqual([]);
  });
});

test("all invalid inputs are reported together, each with its property", () => {
  const reader = new InputReader({ status: 7, rotateEveryDays: 0, waitUntilLive: "true" });
  reader.fail([{ property: "tokenId", reason: "is required" }]);
  expect(reader.read("status", status)).toBeUndefined();
  expect(reader.read("rotateEveryDays", rotateEveryDays)).toBeUndefined();
  expect(reader.read("waitUntilLive", waitUntilLive)).toBeUndefined();
  expect(reader.failures).toEqual([
    { property: "tokenId", reason: "tokenId is required" },
    { property: "status", reason: "status must be one of enabled, disabled, got 7" },
    {
      property: "rotateEveryDays",
      reason: "rotateEveryDays must be a whole number of days from 1 to 36500, got 0",
    },
    { property: "waitUntilLive", reason: 'waitUntilLive must be true or false, got "true"' },
  ]);
});

test("an invalid secret is not shown", () => {
  const reader = new InputReader({
    status: secret("hush"),
    rotateEveryDays: secret(secret(0)),
    waitUntilLive: secret("hush hush"),
  });
  reader.read("status", status);
  reader.read("rotateEveryDays", rotateEveryDays);
  reader.read("waitUntilLive", waitUntilLive);
  expect(reader.failures.map(({ reason }) => reason)).toEqual([
    "status must be one of enabled, disabled, got a secret",
    "rotateEveryDays must be a whole number of days from 1 to 36500, got a secret",
    "waitUntilLive must be true or false, got a secret",
  ]);
  // The engine prints the value of the property that a failure names.
  expect(reader.failures.map(({ property }) => property)).toEqual(["", "", ""]);
});

test("no invalid setting is shown if any setting is a secret", () => {
  const tenantId = "abc8Q~hush hush";
  for (const azure of [
    secret({ tenantId }),
    { tenantId: secret(tenantId) },
    { tenantId, oidcToken: secret("x") },
  ]) {
    const reader = new InputReader({ azure } as never);
    reader.readAzure();
    expect(reader.failures).toEqual([
      {
        property: "",
        reason:
          "azure.tenantId must be the id or the domain of a tenant, letters, digits, periods and hyphens, got a secret",
      },
    ]);
  }
});

test("a setting that a preview does not know yet is not checked, and the others are", () => {
  const reader = new InputReader({ azure: { useMsi: unknown, clientId: unknown, tenantId: "no tenant!" } });
  reader.readAzure();
  expect(reader.failures.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^azure\.tenantId must be the id or the domain of a tenant/),
  ]);
});

test.each(["azure", "adopt"])("%s, which can hold a secret, is named in the text alone", (name) => {
  const reader = new InputReader({ [name]: "hush" });
  reader.readAzure();
  reader.read("adopt", () => [{ property: "adopt", reason: "must be a map" }]);
  expect(reader.failures).toEqual([
    { property: "", reason: expect.stringMatching(new RegExp(`^${name} must be a map`)) },
  ]);
});

describe("the id of another resource", () => {
  test("that is missing keeps its saved value, if it has one", () => {
    const olds = { tokenId: "before", scopeMapId: "before", status: "enabled" };
    const names = ["tokenId", "scopeMapId"];
    expect(withReferences({ scopeMapId: "now" }, olds, names)).toEqual({
      tokenId: "before",
      scopeMapId: "now",
    });
    expect(withReferences({ scopeMapId: "now" }, {}, names)).toEqual({ scopeMapId: "now" });
  });

  test("that is missing prevents the creation, and an unknown input does not", () => {
    expect(() => requireReferences({}, ["tokenId", "scopeMapId"])).toThrow(
      /^tokenId is required\nscopeMapId is required$/,
    );
    expect(() => requireReferences({ tokenId: unknown, scopeMapId: "now" }, ["tokenId"])).not.toThrow();
  });
});
