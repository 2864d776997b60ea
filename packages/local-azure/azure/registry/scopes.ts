import type { Registry, Token } from "../state.js";
import type { Access } from "./access.js";
import type { Principal } from "./context.js";

/** The scope-map actions that each of the registry's own actions needs, all of them. */
const needed: Readonly<Record<string, readonly string[]>> = {
  pull: ["content/read"],
  // The documentation: content/write is to be used with content/read to push.
  push: ["content/read", "content/write"],
  delete: ["content/delete"],
  metadata_read: ["metadata/read"],
  metadata_write: ["metadata/write"],
};

/**
 * What of this access the principal is allowed now, perhaps nothing. Listing the catalog is nothing that a token can be
 * given (the documentation on repository-scoped permissions): only an identity may.
 */
export function allowedActions(registry: Registry, principal: Principal, access: Access): string[] {
  const { type, name, actions } = access;
  if (type === "registry") {
    return principal.kind === "identity" && name === "catalog" ? actions.filter((each) => each === "*") : [];
  }
  if (type !== "repository") {
    return [];
  }
  const wanted = actions.includes("*") ? Object.keys(needed) : actions;
  if (principal.kind === "identity") {
    return wanted.filter((action) => Object.hasOwn(needed, action));
  }
  const granted = grantedActions(registry, principal.token, name);
  return wanted.filter((action) => needed[action]?.every((each) => granted.has(each)) ?? false);
}

/** The scope-map actions, such as content/read, that the token has on a repository; none where its scope map is gone. */
function grantedActions(registry: Registry, token: Token, repository: string): Set<string> {
  const scopeMap = registry.scopeMaps.get(token.scopeMapId.split("/").at(-1) ?? "");
  const granted = new Set<string>();
  for (const action of scopeMap?.actions ?? []) {
    const match = /^repositories\/(.+)\/(\w+\/\w+)$/.exec(action);
    if (match !== null && covers(match[1], repository)) {
      granted.add(match[2]);
    }
  }
  return granted;
}

/** Whether a pattern of a scope map covers a repository: by its name, as *, or as one below foo where it is foo/*. */
function covers(pattern: string, repository: string): boolean {
  return (
    pattern === "*" ||
    pattern === repository ||
    (pattern.endsWith("/*") && repository.startsWith(pattern.slice(0, -1)))
  );
}
