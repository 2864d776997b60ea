import type { Registry, Token } from "../state.js";

/** One thing that an access token lets its holder do, in Docker's form. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** The scope-map actions that each of the registry's own actions needs, all of them. */
const needed: Readonly<Record<string, readonly string[]>> = {
  pull: ["content/read"],
  // The documentation: content/write is to be used with content/read to push.
  push: ["content/read", "content/write"],
  delete: ["content/delete"],
  metadata_read: ["metadata/read"],
  metadata_write: ["metadata/write"],
};

/** Reads a scope such as repository:foo/bar:pull,push; undefined where it has another form. */
export function parseScope(scope: string): Access | undefined {
  // A name may hold a colon, where it begins with a host and port.
  const match = /^([a-z0-9]+):(.+):([a-z0-9_*,]+)$/.exec(scope);
  return match ? { type: match[1], name: match[2], actions: match[3].split(",") } : undefined;
}

/**
 * What of this access the token's scope map allows now, perhaps nothing. Listing the catalog is nothing that a token can
 * be given (the documentation on repository-scoped permissions), so no scope of another type is ever allowed.
 */
export function allowedActions(registry: Registry, token: Token, { type, name, actions }: Access): string[] {
  if (type !== "repository") {
    return [];
  }
  const granted = grantedActions(registry, token, name);
  const wanted = actions.includes("*") ? Object.keys(needed) : actions;
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
