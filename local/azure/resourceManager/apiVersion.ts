import type { Request } from "../http.js";
import { badRequest } from "./errors.js";

const oldestOfContainerRegistry = "2022-12-01";

/** Refuses a request without a version of the API, or with one that its resource type never had. */
export function checkApiVersion(request: Request): void {
  const version = apiVersion(request);
  if (version === "") {
    throw badRequest(
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i.test(version) || Number.isNaN(Date.parse(version.slice(0, 10)))) {
    throw badRequest(
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. A version is a date such as ${oldestOfContainerRegistry}, with -preview behind it where it is one.`,
    );
  }
  const type = /\/providers\/Microsoft\.ContainerRegistry\/(\w+)(?:\/[^/]+\/(\w+))?/i.exec(
    request.url.pathname,
  );
  if (type !== null && version.slice(0, 10) < oldestOfContainerRegistry) {
    throw badRequest(
      "NoRegisteredProviderFound",
      `No registered resource provider found for location 'westeurope' and API version '${version}' for type '${type.slice(1).filter(Boolean).join("/")}'. The supported api-versions are those from '${oldestOfContainerRegistry}' on.`,
    );
  }
}

/** The version that a request asks for; empty where it names none. */
export function apiVersion(request: Request): string {
  return request.url.searchParams.get("api-version") ?? "";
}
