import { isMap, show } from "./checks";
import { GatewayAction, RepositoryAction } from "./enums";

/** All that a client may do with a repository. */
export const repositoryActions: readonly string[] = Object.values(RepositoryAction);

/** All that a client may do with the gateway of a connected registry. */
export const gatewayActions: readonly string[] = Object.values(GatewayAction);

/** Azure's limits for one scope map. */
const most = { repositories: 500, actions: 500 };

/** A repository's name, a prefix that ends in `/*`, or `*` for every repository. */
const repositoryName = /^(?:\*|[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?:\/\*)?)$/;

/** A registry's host, which belongs in front of an image's name alone; Azure would take it as part of a repository's. */
const host = /^[^/]+\.azurecr\.[a-z]+\//i;

/** A connected registry's name, which follows the rule for a registry's. */
const gatewayName = /^[a-z0-9]{5,50}$/;

/** What each repository, or gateway, may be used for: `{ "samples/nginx": ["content/read"] }`. */
export type Access = Record<string, readonly string[]>;

/** One thing wrong with one argument. */
export interface ValidationFailure {
  /** Where: `repositories["samples/nginx"][0]`. */
  readonly property: string;
  /** What was wrong, what was given and what is allowed. */
  readonly reason: string;
}

/**
 * The actions of a scope map, as Azure writes them, of what its author asked for: lower case, without duplicates and in
 * a stable order, so that another order of the arguments is no change. {@link checkAccess} says whether Azure takes them.
 */
export function scopeMapActions(repositories: Access = {}, gateways: Access = {}): string[] {
  const actions = [
    ...prefixed("repositories", repositories),
    // Azure says `gateway`, in the singular, where it says `repositories` in the plural.
    ...prefixed("gateway", gateways),
  ];
  return [...new Set(actions)].sort();
}

/** Everything that keeps Azure from taking these as one scope map's actions. */
export function checkAccess(repositories: Access = {}, gateways: Access = {}): ValidationFailure[] {
  const failures = [
    ...checkGroup("repositories", repositories, repositoryName, repositoryActions, repositoryRule),
    ...checkGroup("gateways", gateways, gatewayName, gatewayActions, gatewayRule),
  ];
  const repositoryCount = new Set(Object.keys(repositories ?? {}).map((name) => name.toLowerCase())).size;
  if (repositoryCount > most.repositories) {
    failures.push({
      property: "repositories",
      reason: `a scope map takes at most ${most.repositories} repositories, got ${repositoryCount}: use a prefix such as "samples/*", or a second token`,
    });
  }
  if (failures.length === 0) {
    const count = scopeMapActions(repositories, gateways).length;
    if (count === 0) {
      failures.push({
        property: "repositories",
        reason: `a scope map must allow something: name a repository and its actions, such as {"samples/nginx": ["content/read"]}`,
      });
    }
    if (count > most.actions) {
      failures.push({
        property: "repositories",
        reason: `a scope map takes at most ${most.actions} actions, got ${count}: use a prefix such as "samples/*", or a second token`,
      });
    }
  }
  return failures;
}

const repositoryRule = `a repository's name, such as "samples/nginx", a prefix that ends in "/*", or "*" for every repository`;
const gatewayRule = "the name of a connected registry, 5 to 50 letters and digits";

function checkGroup(
  property: string,
  group: Access,
  namePattern: RegExp,
  allowed: readonly string[],
  nameRule: string,
): ValidationFailure[] {
  if (!isMap(group)) {
    return [{ property, reason: `must be a map of names to lists of actions, got ${show(group)}` }];
  }
  const failures: ValidationFailure[] = [];
  for (const [name, actions] of Object.entries(group)) {
    const where = `${property}[${show(name)}]`;
    if (!namePattern.test(name.toLowerCase())) {
      failures.push({ property: where, reason: `must be ${nameRule}, got ${show(name)}` });
    } else if (host.test(name)) {
      failures.push({
        property: where,
        reason: `must be a repository's name without the registry's host, ${show(name.replace(host, ""))}, got ${show(name)}`,
      });
    }
    if (!Array.isArray(actions) || actions.length === 0) {
      failures.push({
        property: where,
        reason: `must list at least one of ${allowed.join(", ")}, got ${show(actions)}`,
      });
      continue;
    }
    actions.forEach((action: unknown, index) => {
      if (typeof action !== "string" || !allowed.includes(action.toLowerCase())) {
        failures.push({
          property: `${where}[${index}]`,
          reason: `must be one of ${allowed.join(", ")}, got ${show(action)}`,
        });
      }
    });
  }
  return failures;
}

function prefixed(prefix: string, group: Access): string[] {
  return Object.entries(group).flatMap(([name, actions]) =>
    actions.map((action) => `${prefix}/${name}/${action}`.toLowerCase()),
  );
}
