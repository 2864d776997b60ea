import type { Request } from "../http.js";
import {
  typesOfContainerRegistry,
  versionsOfKeyVault,
  versionsOfLocks,
  versionsOfResources,
} from "./apiVersions.js";
import { badRequest } from "./errors.js";

/** Refuses a request without an api-version, or with a version that its resource type never had. */
export function checkApiVersion(request: Request): void {
  const version = requireApiVersion(request);
  const [, namespace, rest] = /.*\/providers\/([^/]+)\/?(.*)$/i.exec(request.url.pathname) ?? [];
  const known = knownVersions(namespace, rest);
  if (known === undefined || known.versions.includes(version)) {
    return;
  }
  if (namespace === undefined || !isDate(version)) {
    throw badRequest(
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The supported versions are '${known.versions.join(",")}'.`,
    );
  }
  throw badRequest(
    "NoRegisteredProviderFound",
    `No registered resource provider found for location 'westeurope' and API version '${version}' for type '${known.type}'. The supported api-versions are '${known.versions.join(", ")}'. The supported locations are 'westeurope'.`,
  );
}

/** Returns the api-version of a request, and refuses a request without it. */
export function requireApiVersion(request: Request): string {
  const version = apiVersion(request);
  if (version === "") {
    throw badRequest(
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  return version;
}

/** The api-version of a request; empty if it has none. */
export function apiVersion(request: Request): string {
  return request.url.searchParams.get("api-version") ?? "";
}

/** @returns undefined for a type that this Azure does not support */
function knownVersions(
  namespace: string | undefined,
  rest: string,
): { type: string; versions: readonly string[] } | undefined {
  switch (namespace?.toLowerCase()) {
    case undefined:
      return { type: "", versions: versionsOfResources };
    case "microsoft.authorization":
      return { type: "locks", versions: versionsOfLocks };
    case "microsoft.keyvault":
      return { type: "vaults", versions: versionsOfKeyVault };
    case "microsoft.containerregistry": {
      // Types and names alternate. An operation below a token or a scope map has the versions of its parent.
      const types = rest.split("/").filter((_, index) => index % 2 === 0);
      return typesOfContainerRegistry[types.slice(0, 2).join("/").toLowerCase()];
    }
    default:
      return undefined;
  }
}

function isDate(version: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i.test(version) && !Number.isNaN(Date.parse(version.slice(0, 10)));
}
