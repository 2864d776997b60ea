import { writeSync } from "node:fs";

/** A line of a stack that says where, and cannot be a part of the message before it. */
const frame =
  /^\s+at (?:[\w$.<>[\] #]+ \()?(?:async )?(?:node:|file:|\/|[A-Za-z]:\\|<anonymous>)\S*?(?::\d+)*\)?$/;

/**
 * Ends the process when an error has been caught by nobody, and says so. Node would print the error with all that it holds,
 * which may be a request or an answer with a secret in it, and so may its message: what is printed is its kind and where.
 *
 * @param version of the plugin
 */
export function exitOnUncaughtError(version: string): void {
  process.on("uncaughtException", (error) => {
    // Before the process is gone.
    writeSync(2, crashReport(error, version));
    process.exit(1);
  });
}

function crashReport(error: unknown, version: string): string {
  const { name, code, stack } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException;
  const kind = [name ?? `a thrown ${typeof error}`, typeof code === "string" && /^\w+$/.test(code) && code];
  const frames = (typeof stack === "string" ? stack : "").split("\n").filter((line) => frame.test(line));
  return [
    `The plugin (version ${version}, Node ${process.version}) ends: an error in it was caught by nobody. This is a defect: please report it.`,
    `${kind.filter(Boolean).join(" ")}. Its message is left out, as it may hold a secret.`,
    ...frames,
    "What was under way may be done, or not: run pulumi refresh, and then pulumi up again.",
    "",
  ].join("\n");
}
