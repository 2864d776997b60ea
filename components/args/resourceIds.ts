import { checkName, type NameKind, show } from "./checks";

/** Where a token is. */
export interface TokenAddress {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly registryName: string;
  readonly tokenName: string;
}

const registryPattern =
  "^/subscriptions/([\\w-]+)/resourceGroups/([^/]+)/providers/Microsoft\\.ContainerRegistry/registries/([^/]+)";
// Azure compares ids without regard to case.
const tokenPattern = new RegExp(`${registryPattern}/tokens/([^/]+)$`, "i");
const scopeMapPattern = new RegExp(`${registryPattern}/scopeMaps/([^/]+)$`, "i");

const registryForm =
  "/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerRegistry/registries/<name>";

/** What is wrong with a token's id, as a sentence without its subject, or undefined if nothing is. */
export function checkTokenId(id: unknown): string | undefined {
  return isId(id, tokenPattern, "tokenName")
    ? undefined
    : `must be the resource id of a token, ${registryForm}/tokens/<name>, got ${show(id)}`;
}

/** What is wrong with a scope map's id, as a sentence without its subject, or undefined if nothing is. */
export function checkScopeMapId(id: unknown): string | undefined {
  return isId(id, scopeMapPattern, "scopeMapName")
    ? undefined
    : `must be the resource id of a scope map, ${registryForm}/scopeMaps/<name>, got ${show(id)}`;
}

/** Whether it has the form, and in it names that Azure allows: it becomes an address. */
function isId(id: unknown, pattern: RegExp, kind: NameKind): boolean {
  const [, , resourceGroupName, registryName, name] = (typeof id === "string" && pattern.exec(id)) || [];
  const names = { resourceGroupName, registryName, [kind]: name };
  return Object.entries(names).every((entry) => checkName(...(entry as [NameKind, unknown])) === undefined);
}

/** The parts of a token's id, which {@link checkTokenId} has accepted. */
export function parseTokenId(id: string): TokenAddress {
  const [, subscriptionId = "", resourceGroupName = "", registryName = "", tokenName = ""] =
    tokenPattern.exec(id) ?? [];
  if (tokenName === "") {
    throw new Error(`a token's id ${checkTokenId(id)}`);
  }
  return { subscriptionId, resourceGroupName, registryName, tokenName };
}

/** The id of a token's registry, in the case in which Azure writes it. */
export function registryPath({ subscriptionId, resourceGroupName, registryName }: TokenAddress): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/${registryName}`;
}

/** The registry of a token, to tell it from others: its id in lower case. */
export function registryIdOf(tokenId: string): string {
  return tokenId.slice(0, tokenId.lastIndexOf("/tokens/")).toLowerCase();
}

/** Whether two resource ids name the same thing. */
export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
