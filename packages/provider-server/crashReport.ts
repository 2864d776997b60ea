import { writeSync } from "node:fs";

/** A line of a stack trace with a location, which cannot be part of the message before it. */
const frame =
  /^\s+at (?:[\w$.<>[\] #]+ \()?(?:async )?(?:node:|file:|\/|[A-Za-z]:\\|<anonymous>)\S*?(?::\d+)*\)?$/;

/**
 * Reports an uncaught error and exits. Node would print the error with its properties, such as a request or a response that
 * contains a secret. The report has only the error's kind and the locations of its stack.
 *
 * @param version the plugin's version
 */
export function exitOnUncaughtError(version: string): void {
  process.on("uncaughtException", (error) => {
    // Synchronous, because the process exits.
    writeSync(2, crashReport(error, version));
    process.exit(1);
  });
}

function crashReport(error: unknown, version: string): string {
  const { name, code, stack } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException;
  const kind = [name ?? `a thrown ${typeof error}`, typeof code === "string" && /^\w+$/.test(code) && code];
  const frames = (typeof stack === "string" ? stack : "").split("\n").filter((line) => frame.test(line));
  return [
    `The plugin (version ${version}, Node ${process.version}) exits because of an uncaught error. This is a defect of the plugin: please report it.`,
    `${kind.filter(Boolean).join(" ")}. The message is omitted because it may contain a secret.`,
    ...frames,
    "Operations that were running may be complete or not: run pulumi refresh, and then pulumi up.",
    "",
  ].join("\n");
}
