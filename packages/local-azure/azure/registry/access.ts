/** The actions on one resource that an access token allows, in Docker's form. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** Parses a scope such as repository:foo/bar:pull,push; undefined if it has another form. */
export function parseScope(scope: string): Access | undefined {
  // A type may have a dash, as Azure's artifact-repository. A name that starts with host and port has a colon.
  const match = /^([a-z0-9-]+):(.+):([a-z0-9_*,]+)$/.exec(scope);
  return match ? { type: match[1], name: match[2], actions: match[3].split(",") } : undefined;
}

/** The actions of this access that a list of accesses contains. */
export function actionsIn(accesses: readonly Access[], { type, name, actions }: Access): string[] {
  const listed = accesses.filter((each) => each.type === type && each.name === name);
  return actions.filter((action) => listed.some((each) => each.actions.includes(action)));
}
