/** One thing that an access token lets its holder do, in Docker's form. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** Reads a scope such as repository:foo/bar:pull,push; undefined where it has another form. */
export function parseScope(scope: string): Access | undefined {
  // A type such as Azure's artifact-repository has a dash; a name may hold a colon, where it begins with a host and port.
  const match = /^([a-z0-9-]+):(.+):([a-z0-9_*,]+)$/.exec(scope);
  return match ? { type: match[1], name: match[2], actions: match[3].split(",") } : undefined;
}

/** What of this access is in a list of accesses. */
export function actionsIn(accesses: readonly Access[], { type, name, actions }: Access): string[] {
  const listed = accesses.filter((each) => each.type === type && each.name === name);
  return actions.filter((action) => listed.some((each) => each.actions.includes(action)));
}
