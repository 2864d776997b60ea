/** What is known of an answer, by which Azure's support finds it again. */
interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
}

/** There was an answer, and it is none to what was asked. The message says why, and shows nothing of it that may be a secret. */
export class BadAnswer extends Error {
  /** As errors of the SDK have them. */
  response: Answer | undefined;

  get statusCode(): number | undefined {
    return this.response?.status;
  }
}

/**
 * The error of work that failed on the answer, whatever it failed with: the SDK trusts it to be what it should be, and where it
 * is no JSON it writes all of it, passwords too, into its error.
 *
 * @param answer the last one
 */
export function failedOnAnswer(error: unknown, answer: Answer | undefined): unknown {
  const bad = asBadAnswer(error);
  if (bad !== undefined) {
    bad.response ??= answer;
  }
  return bad ?? error;
}

function asBadAnswer(error: unknown): BadAnswer | undefined {
  if (error instanceof BadAnswer) {
    return error;
  }
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (code === "PARSE_ERROR") {
    return new BadAnswer("it is cut off, or no JSON");
  }
  const isSlip = name === "TypeError" || name === "RangeError" || name === "SyntaxError";
  return isSlip ? new BadAnswer("it has not the form that Azure's answers have") : undefined;
}
