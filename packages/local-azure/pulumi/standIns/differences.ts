/** Compares two sets of properties. */

import { isDeepStrictEqual } from "node:util";
import { type ChangeKind, isObject, type Properties, type PropertyValue } from "provider-server";

/** The different top-level properties. */
export function changedProperties(olds: Properties, news: Properties): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => !isDeepStrictEqual(olds[name], news[name]));
}

/** The different paths in Pulumi's form: `tags.a`, `actions[0]`, `tags["a.b"]`. */
export function changedPaths(olds: Properties, news: Properties): Map<string, ChangeKind> {
  const changes = new Map<string, ChangeKind>();
  compareObjects("", olds, news, changes);
  return changes;
}

type Changes = Map<string, ChangeKind>;

function compare(
  path: string,
  old: PropertyValue | undefined,
  next: PropertyValue | undefined,
  changes: Changes,
) {
  if (isDeepStrictEqual(old, next)) {
    return;
  }
  if (Array.isArray(old) && Array.isArray(next)) {
    for (let index = 0; index < Math.max(old.length, next.length); index++) {
      compare(`${path}[${index}]`, old[index], next[index], changes);
    }
  } else if (isObject(old) && isObject(next)) {
    compareObjects(path, old as Properties, next as Properties, changes);
  } else {
    changes.set(path, old === undefined ? "add" : next === undefined ? "delete" : "update");
  }
}

function compareObjects(path: string, olds: Properties, news: Properties, changes: Changes) {
  for (const name of changedProperties(olds, news)) {
    compare(extend(path, name), olds[name], news[name], changes);
  }
}

function extend(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
    return `${path}[${JSON.stringify(name)}]`;
  }
  return path ? `${path}.${name}` : name;
}
