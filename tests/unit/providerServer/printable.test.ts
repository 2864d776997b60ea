import { expect, test } from "vitest";
import { printable } from "../../../packages/provider-server/printable";
import { PartialFailure } from "../../../packages/provider-server/provider";
import { errorResponse } from "../../../packages/provider-server/responses";

test.each([
  ["an ANSI escape", "\u001b[31mred", "\\u001b[31mred"],
  ["a C1 control", "a\u009b31m", "a\\u009b31m"],
  ["a carriage return", "good\rbad", "good\\u000dbad"],
  ["NUL and DEL", "a\0\u007f", "a\\u0000\\u007f"],
  ["bidirectional marks", "a\u202eb\u2066c\u200fd\u061c", "a\\u202eb\\u2066c\\u200fd\\u061c"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a colour tag of Pulumi's", "<{%reset%}>", "<{\\u0025reset%}>"],
])("%s is escaped", (_what, text, escaped) => {
  expect(printable(text)).toBe(escaped);
});

test("everything else stays as it is, line feeds included", () => {
  const text = 'Ünïcödé 日本 🙂: "a"\n\t<b> {%c%} 100 %';
  expect(printable(text)).toBe(text);
});

test("an error's message is printable, also that of a partial failure", () => {
  expect(errorResponse(new Error("a\u001b[2Jb")).details).toBe("a\\u001b[2Jb");
  const partial = errorResponse(new PartialFailure("a\u001b[2Jb", { id: "id", outputs: {} }));
  expect(partial.details).toBe("a\\u001b[2Jb");
  const [saved] = partial.metadata?.get("grpc-status-details-bin") ?? [];
  expect(saved?.toString()).toContain("a\\u001b[2Jb");
  expect(saved?.toString()).not.toContain("\u001b");
});
