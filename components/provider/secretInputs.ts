import { isObject, isSecret, type Properties, unwrapSecrets } from "provider-server";

/** No error shows a value of these maps, except the tenant and the end of the client id in a failed sign-in. */
const neverShown: readonly string[] = ["azure", "adopt"];

/**
 * Replaces the texts and numbers in secret inputs, and each name in a resource id among them. Azure's messages contain names too, in any letter
 * case.
 *
 * @param properties the inputs and outputs of a resource
 * @returns a function that returns a message without the secrets
 */
export function secretsRemover(...properties: readonly Properties[]): (message: string) => string {
  const shown = properties.map((all) =>
    Object.entries(all).flatMap(([name, value]) => (neverShown.includes(name) ? [] : [value])),
  );
  const texts = secretTexts(shown).flatMap((text) => [text, ...namesIn(text)]);
  if (texts.length === 0) {
    return (message) => message;
  }
  const longestFirst = [...new Set(texts)].sort((one, other) => other.length - one.length);
  return (message) => longestFirst.reduce(without, message);
}

/** V8 compiles no pattern of a very long text. Such a text is no name, which alone comes in another letter case. */
const mostInPattern = 1_000;

function without(message: string, text: string): string {
  if (text.length > mostInPattern) {
    return message.replaceAll(text, "[secret]");
  }
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return message.replace(new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`, "gi"), "[secret]");
}

/** The texts and numbers inside the envelopes of secrets. */
function secretTexts(value: unknown, isInSecret = false): string[] {
  if (isSecret(value)) {
    return secretTexts(unwrapSecrets(value), true);
  }
  if (typeof value === "string" || typeof value === "number") {
    return isInSecret && value !== "" ? [String(value)] : [];
  }
  const inside = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return inside.flatMap((inner) => secretTexts(inner, isInSecret));
}

/** The names in a resource id: every second part of it, without that of the resource provider. */
function namesIn(text: string): string[] {
  return text.startsWith("/subscriptions/")
    ? text.split("/").filter((part, index) => index % 2 === 0 && index !== 6 && part !== "")
    : [];
}
