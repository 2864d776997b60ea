/** The vocabulary check of `npm run lint`. */
import { expect, test } from "vitest";
// @ts-expect-error It has no types.
import { findingsIn } from "../../tools/scripts/vocabulary.mjs";

test("the vocabulary check finds a word in prose, a comment, a string and a template, with its line", () => {
  expect(findingsIn("a.md", "A page.\n\nWhoever reads it\n")).toEqual([
    'a.md:3: "Whoever": write name the person or the client',
  ]);
  const code =
    "/** Lives for ever. */\n// made anew\nconst a = 'the door';\nconst b = `in vain: $" + "{a}`;\n";
  expect(findingsIn("a.ts", code)).toEqual([
    'a.ts:1: "for ever": write never expires, indefinitely',
    'a.ts:2: "anew": write again; for a password: regenerate',
    'a.ts:3: "door": write endpoint, API',
    'a.ts:4: "in vain": write without success',
  ]);
});

test.each(["outlast", "outlasts", "outlasted", "outlasting", "patience", "bears", "held back", "made new"])(
  "the vocabulary check finds %s",
  (word) => {
    expect(findingsIn("a.ts", `// It is ${word} here.`)).toEqual([
      expect.stringMatching(`^a.ts:1: "${word}": write `),
    ]);
  },
);

test("the vocabulary check passes over names and import paths in code, and inline code in Markdown", () => {
  expect(findingsIn("a.ts", 'import { door } from "../door";\nconst whoever = door(azure).knock;\n')).toEqual(
    [],
  );
  expect(findingsIn("a.md", "The function `door` returns an endpoint.\n")).toEqual([]);
});
