/**
 * Lists each dependency of a workspace with its version: what differs from the locked version, and why a newer version is left out.
 *
 * @param {Record<string, LockEntry>} before `packages` of the lock file of the project
 * @param {Record<string, LockEntry>} now `packages` of the lock file of the installation to list
 * @param {Map<string, string>} latest the newest version of each dependency, as far as it is known
 * @returns {string[]} a line per dependency, such as `typescript 6.0.3 (as locked)`
 *
 * @typedef {{ version?: string, link?: boolean, dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string> }} LockEntry
 */
export function versionLines(before, now, latest) {
  const ranges = declaredRanges(now);
  const entry = (name) => now[`node_modules/${name}`];
  const names = [...ranges.keys()].filter((name) => entry(name) !== undefined && !entry(name).link).sort();
  return names.map((name) => {
    const { version } = entry(name);
    const locked = before[`node_modules/${name}`]?.version;
    const notes = [locked === version ? "as locked" : `locked: ${locked}`];
    if ((latest.get(name) ?? version) !== version) {
      const peers = names
        .filter((other) => entry(other).peerDependencies?.[name] !== undefined)
        .map((other) => `${other} ${entry(other).version} takes ${entry(other).peerDependencies[name]}`);
      notes.push([`${latest.get(name)} exists; package.json takes ${ranges.get(name)}`, ...peers].join(", "));
    }
    return `${name} ${version} (${notes.join("; ")})`;
  });
}

/** The dependencies that the packages of the workspace declare. Installed packages are below a node_modules. */
function declaredRanges(packages) {
  const own = Object.entries(packages).filter(([path]) => !/(^|\/)node_modules\//.test(path));
  return new Map(
    own.flatMap(([, { dependencies, devDependencies }]) =>
      Object.entries({ ...dependencies, ...devDependencies }),
    ),
  );
}

/**
 * The newest versions that `npm outdated --json` lists.
 *
 * @param {string} printed what it printed
 * @returns {Map<string, string>}
 */
export function newerVersions(printed) {
  // A package that several packages of the workspace depend on has an array.
  return new Map(
    Object.entries(JSON.parse(printed || "{}")).map(([name, found]) => [name, [found].flat()[0].latest]),
  );
}
