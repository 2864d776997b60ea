import type { Sku } from "../state.js";
import { AzureError, badRequest } from "./errors.js";

/** The maximum number of tokens, and of scope maps, in a registry. */
const perRegistry: Record<Sku, number> = { Basic: 100, Standard: 500, Premium: 50_000 };

/** Refuses another token or scope map if the registry has reached the limit of its tier. */
export function checkRoom(kind: "tokens" | "scope maps", count: number, sku: Sku): void {
  if (count >= perRegistry[sku]) {
    throw new AzureError(
      403,
      "QuotaExceeded",
      `The registry has ${count} ${kind}: the ${sku} tier allows no more than ${perRegistry[sku]}.`,
    );
  }
}

const nameRules = {
  registry: { pattern: /^[a-zA-Z0-9]{5,50}$/, characters: "letters and digits" },
  "scope map": { pattern: /^[a-zA-Z0-9_-]{5,50}$/, characters: "letters, digits, - and _" },
  token: { pattern: /^[a-zA-Z0-9-]{5,50}$/, characters: "letters, digits and -" },
  "connected registry": { pattern: /^[a-zA-Z0-9]{5,50}$/, characters: "letters and digits" },
};

export type ResourceNoun = keyof typeof nameRules;

/** Refuses a name that is invalid for this type of resource. */
export function checkName(noun: ResourceNoun, name: string): void {
  const { pattern, characters } = nameRules[noun];
  if (!pattern.test(name)) {
    throw badRequest(
      "InvalidResourceName",
      `The ${noun} name '${name}' is invalid: it must have 5 to 50 characters, of ${characters} only.`,
    );
  }
}
