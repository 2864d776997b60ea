import type { Request } from "../http.js";
import { NameMap } from "../names.js";
import { decodePath } from "../router.js";
import { AzureError } from "./errors.js";

export const lockLevels = ["CanNotDelete", "ReadOnly"] as const;

/** A management lock. */
export interface Lock {
  readonly name: string;
  /** Path of the locked resource; everything below it is locked, too. */
  readonly scope: string;
  readonly level: (typeof lockLevels)[number];
  readonly notes: string | undefined;
}

/** The path of locks, after the path of the locked resource. */
export const locksPath = "/providers/Microsoft.Authorization/locks";

/** The management locks of one local Azure. */
export class Locks {
  private readonly byScope = new Map<string, NameMap<Lock>>();

  /** The locks on exactly this scope. */
  at(scope: string): NameMap<Lock> {
    const found = this.byScope.get(scope.toLowerCase()) ?? new NameMap();
    this.byScope.set(scope.toLowerCase(), found);
    return found;
  }

  /** The locks on this scope and on every scope below it. */
  within(scope: string): Lock[] {
    return this.all.filter((lock) => contains(scope, lock.scope));
  }

  /** Refuses a request that changes a locked resource. Requests that create or delete locks are always allowed. */
  check({ method, url }: Request): void {
    const path = decodePath(url.pathname);
    if (["GET", "HEAD"].includes(method) || path.toLowerCase().includes(locksPath.toLowerCase())) {
      return;
    }
    // A POST is an action on the resource before the last segment. Azure treats every action as a write.
    const scope = method === "POST" ? path.slice(0, path.lastIndexOf("/")) : path;
    const locked = method === "DELETE" ? this.againstDelete(scope) : this.againstWrite(scope);
    if (locked.length > 0) {
      const scopes = [...new Set(locked.map((lock) => lock.scope))].join(",");
      throw new AzureError(
        409,
        "ScopeLocked",
        `The scope '${scope}' cannot perform ${method === "DELETE" ? "delete" : "write"} operation because following scope(s) are locked: '${scopes}'. Please remove the lock and try again.`,
      );
    }
  }

  private get all(): Lock[] {
    return [...this.byScope.values()].flatMap((locks) => [...locks]);
  }

  private againstWrite(scope: string): Lock[] {
    return this.all.filter((lock) => lock.level === "ReadOnly" && contains(lock.scope, scope));
  }

  /** A deletion also deletes the resources below, whose locks count, too. */
  private againstDelete(scope: string): Lock[] {
    return this.all.filter((lock) => contains(lock.scope, scope) || contains(scope, lock.scope));
  }
}

/** Whether a scope equals another scope or is below it. */
function contains(scope: string, inner: string): boolean {
  return `${inner.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}
