import { secret } from "provider-server";
import { describe, expect, test } from "vitest";
import { secretsRemover } from "../../../components/provider/secretInputs";

const tokenId =
  "/subscriptions/s1/resourceGroups/group1/providers/Microsoft.ContainerRegistry/registries/registry1/tokens/token1";

describe("a message loses", () => {
  test.each<[string, object, string, string]>([
    ["a text, in any letter case", { a: secret("Hush") }, "no hush, HUSH", "no [secret], [secret]"],
    ["a number", { a: secret(4711) }, "at 4711", "at [secret]"],
    ["a secret inside a list or a map", { a: secret([{ b: "one" }, "two"]) }, "one two", "[secret] [secret]"],
    ["a text with characters of patterns", { a: secret("a.*(b") }, "a.*(b, axx(b", "[secret], axx(b"],
    ["the longest text that fits", { a: secret("one"), b: secret("one two") }, "one two", "[secret]"],
    [
      "each name in an id, and no other part of it",
      { a: secret(tokenId) },
      "token1 of GROUP1 in subscriptions of the providers, resourceGroups, Microsoft.ContainerRegistry, tokens",
      "[secret] of [secret] in subscriptions of the providers, resourceGroups, Microsoft.ContainerRegistry, tokens",
    ],
    [
      "a text too long for a pattern",
      { a: secret("x".repeat(2_000)) },
      `a ${"x".repeat(2_000)}`,
      "a [secret]",
    ],
  ])("%s", (_what, inputs, message, expected) => {
    expect(secretsRemover(inputs as never)(message)).toBe(expected);
  });
});

describe("a message keeps", () => {
  test.each<[string, object, string]>([
    ["a plain value", { a: "open", b: 7 }, "open 7"],
    ["everything beside an empty secret", { a: secret("") }, "as it is"],
    ["a word that contains a secret", { a: secret("cat") }, "concatenated cats"],
    [
      "what the identity and adopt contain, which no error shows",
      { azure: secret({ a: "x" }), adopt: secret({ b: "y" }) },
      "x y",
    ],
    ["what other values are", { a: secret(true), b: secret(null) }, "true null"],
  ])("%s", (_what, inputs, message) => {
    expect(secretsRemover(inputs as never)(message)).toBe(message);
  });
});
