import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { defined, isUnknown, secret, unknown, unwrap } from "../../../components/provider/values";

const { isRpcSecret, unwrapRpcSecret, unknownValue } = pulumi.runtime;

describe("a secret", () => {
  test("is one for Pulumi's own runtime", () => {
    const wrapped = secret({ clientSecret: "hush" });
    expect(isRpcSecret(wrapped)).toBe(true);
    expect(unwrapRpcSecret(wrapped)).toEqual({ clientSecret: "hush" });
  });

  test("of nothing is nothing", () => {
    expect(secret(undefined)).toBeUndefined();
  });

  test("keeps a value that is empty", () => {
    expect(unwrapRpcSecret(secret(""))).toBe("");
  });
});

describe("unwrapping", () => {
  test("takes off the envelopes at any depth, also one inside another", () => {
    const wire = {
      azure: secret({ clientSecret: secret("hush"), tenantId: "t" }),
      passwords: [secret({ name: "password1", value: secret(secret("one")) })],
      plain: 1,
      none: null,
    };
    expect(unwrap(wire)).toEqual({
      azure: { clientSecret: "hush", tenantId: "t" },
      passwords: [{ name: "password1", value: "one" }],
      plain: 1,
      none: null,
    });
  });

  test("leaves what is unknown unknown", () => {
    expect(isUnknown(unwrap(secret({ value: unknown })))).toBe(true);
  });

  test("does not change what it is given", () => {
    const wire = { password: secret("one") };
    unwrap(wire);
    expect(isRpcSecret(wire.password)).toBe(true);
  });
});

describe("a value is unknown", () => {
  test("where it is what Pulumi sends for an unknown one", () => {
    expect(isUnknown(unknownValue)).toBe(true);
    expect(unknown).toBe(unknownValue);
  });

  test("where a part of it is", () => {
    expect(isUnknown({ slots: [{ madeOn: unknownValue }] })).toBe(true);
    expect(isUnknown(secret(unknownValue))).toBe(true);
  });

  test("and else is not", () => {
    for (const value of ["text", "", 0, null, undefined, [], {}, { a: ["b"] }]) {
      expect(isUnknown(value)).toBe(false);
    }
  });
});

test("what is undefined or null is left out, and what is merely empty is not", () => {
  expect(defined({ a: undefined, b: null, c: "", d: 0, e: false })).toEqual({ c: "", d: 0, e: false });
  expect(Object.keys(defined({ a: undefined }))).toEqual([]);
});
