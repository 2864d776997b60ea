import type { Registry, Token } from "../state.js";
import type { Access } from "./access.js";
import type { Principal } from "./context.js";

/** The scope-map actions that each action of the registry needs. */
const needed: Readonly<Record<string, readonly string[]>> = {
  pull: ["content/read"],
  // Azure's documentation: a push needs content/write together with content/read.
  push: ["content/read", "content/write"],
  delete: ["content/delete"],
  metadata_read: ["metadata/read"],
  metadata_write: ["metadata/write"],
};

/**
 * The actions of this access that the principal is allowed now. A token cannot list the catalog (documentation on
 * repository-scoped permissions): only an identity can.
 */
export function allowedActions(registry: Registry, principal: Principal, access: Access): string[] {
  const { type, name, actions } = access;
  if (type === "registry") {
    return principal.kind === "identity" && name === "catalog" ? actions.filter((each) => each === "*") : [];
  }
  if (type !== "repository") {
    return [];
  }
  const requested = actions.includes("*") ? Object.keys(needed) : actions;
  if (principal.kind === "identity") {
    return requested.filter((action) => Object.hasOwn(needed, action));
  }
  const granted = grantedActions(registry, principal.token, name);
  return requested.filter((action) => needed[action]?.every((each) => granted.has(each)) ?? false);
}

/** The scope-map actions, such as content/read, of the token on a repository; none without a scope map. */
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

/** Whether a pattern of a scope map covers a repository: * covers all, foo/* those below foo, a name itself. */
function covers(pattern: string, repository: string): boolean {
  return (
    pattern === "*" ||
    pattern === repository ||
    (pattern.endsWith("/*") && repository.startsWith(pattern.slice(0, -1)))
  );
}
