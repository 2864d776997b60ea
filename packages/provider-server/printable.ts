/** Control characters except tab and line feed, bidirectional marks, and line separators. */
const unprintable = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text as it may go to a terminal. Escapes what would act on the terminal (ANSI sequences, bidirectional marks) and what Pulumi
 * would replace by a colour (`<{%reset%}>`). Messages contain words of servers and proxies, which may contain anything.
 */
export function printable(text: string): string {
  return text
    .replace(unprintable, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("<{%", "<{\\u0025");
}
