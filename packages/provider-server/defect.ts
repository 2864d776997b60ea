const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a mistake in the plugin's code, and not what the plugin says about a resource. */
export function isDefect(error: unknown): error is Error {
  return mistakes.some((mistake) => error instanceof mistake);
}

/** What to say about a mistake in the plugin's code. Its message is left out, because it can contain a secret. */
export function describeDefect({ name, stack = "" }: Error): string {
  const [frame = ""] = stack.split("\n").filter((line) => /^ +at \S/.test(line));
  return `a defect of the plugin (${name}${frame.trimEnd().replace(/^ +/, " ")}): please report it`;
}
