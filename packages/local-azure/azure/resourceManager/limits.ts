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

/** Refuses a name that is invalid for this kind of resource. */
export function checkName(
  kind: "registry" | "scope map" | "token" | "connected registry",
  name: string,
): void {
  const [pattern, characters] = {
    registry: [/^[a-zA-Z0-9]{5,50}$/, "letters and digits"] as const,
    "scope map": [/^[a-zA-Z0-9_-]{5,50}$/, "letters, digits, - and _"] as const,
    token: [/^[a-zA-Z0-9-]{5,50}$/, "letters, digits and -"] as const,
    "connected registry": [/^[a-zA-Z0-9]{5,50}$/, "letters and digits"] as const,
  }[kind];
  if (!pattern.test(name)) {
    throw badRequest(
      "InvalidResourceName",
      `The ${kind} name '${name}' is invalid: it must have 5 to 50 characters, of ${characters} only.`,
    );
  }
}
