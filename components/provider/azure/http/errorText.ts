import { describeDefect, isDefect } from "provider-server";
import { type AzureError, codeOf, InvalidResponseError, isUntrusted, statusOf, trustAdvice } from "./errors";

/**
 * What an error says: what the service answered, or why there is no answer. Shows nothing of a response that may be a secret.
 *
 * @param service the subject of the sentence, such as `Azure`
 */
export function describeError(error: unknown, service: string): string {
  if (isDefect(error)) {
    return describeDefect(error);
  }
  const { message, requestId, innerCode } = (error instanceof Error ? error : {}) as Partial<AzureError>;
  const status = statusOf(error);
  const answered = [`${service} answered`, status].filter(Boolean).join(" ");
  if (error instanceof InvalidResponseError) {
    return withRequestId(`${answered} with an invalid response: ${message}`, requestId);
  }
  if (status === undefined) {
    return oneLine(message ?? String(error));
  }
  const codes = [codeOf(error), innerCode].map((code) => oneLine(code ?? ""));
  const said = [answered, ...codes, message && `(${oneLine(message)})`];
  return withRequestId(said.filter(Boolean).join(" "), requestId);
}

/** What to do about an error of any service; undefined if it depends on the service, or the message says it. */
export function commonAdvice(error: unknown): string | undefined {
  if (error instanceof InvalidResponseError) {
    return "nothing in the state has changed: look at what stands between this machine and Azure, such as a proxy, and run pulumi up again";
  }
  return isUntrusted(error) ? `${trustAdvice}, and run pulumi up again` : undefined;
}

function withRequestId(said: string, requestId: string | undefined): string {
  return requestId ? `${said}, request id ${requestId}` : said;
}

/** How many characters of a message an error shows. */
const maxLength = 2_000;

function oneLine(text: string): string {
  const line = text
    .slice(0, 2 * maxLength)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
