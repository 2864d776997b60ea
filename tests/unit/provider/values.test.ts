import { isSecret, secret, unwrapSecrets } from "provider-server";
import { expect, test } from "vitest";
import { defined, forState } from "../../../components/provider/values";

test("undefined and null are removed, and empty values stay", () => {
  expect(defined({ a: undefined, b: null, c: "", d: 0, e: false })).toEqual({ c: "", d: 0, e: false });
  expect(Object.keys(defined({ a: undefined }))).toEqual([]);
});

test("an adopted password that is null counts as missing", () => {
  const { adopt } = forState({ adopt: secret({ password1: null, password2: secret("hush") }) } as never);
  expect(adopt).toEqual(secret({ password2: "hush" }));
});

test("an identity is saved as a secret, once, also if the program does not mark it", () => {
  for (const azure of [{ clientSecret: "hush" }, secret({ clientSecret: secret("hush") })]) {
    const { azure: saved, ...others } = forState({ azure, tokenId: "t" } as never);
    expect(isSecret(saved)).toBe(true);
    expect(saved).toEqual(secret({ clientSecret: "hush" }));
    expect(unwrapSecrets(saved)).toEqual({ clientSecret: "hush" });
    expect(others).toEqual({ tokenId: "t" });
  }
});
