import type { Request } from "../http.js";
import { NameMap } from "../names.js";
import { decodePath } from "../router.js";
import { AzureError } from "./errors.js";

export const lockLevels = ["CanNotDelete", "ReadOnly"] as const;

/** A management lock. */
export interface Lock {
  readonly name: string;
  /** Path of what it locks, with everything in it. */
  readonly scope: string;
  readonly level: (typeof lockLevels)[number];
  readonly notes: string | undefined;
}

/** Behind the path of what is locked. */
export const locksPath = "/providers/Microsoft.Authorization/locks";

/** The management locks of one local Azure. */
export class Locks {
  private readonly byScope = new Map<string, NameMap<Lock>>();

  /** Those on exactly this scope. */
  at(scope: string): NameMap<Lock> {
    const found = this.byScope.get(scope.toLowerCase()) ?? new NameMap();
    this.byScope.set(scope.toLowerCase(), found);
    return found;
  }

  /** Those on this scope and on what is in it. */
  within(scope: string): Lock[] {
    return this.all.filter((lock) => contains(scope, lock.scope));
  }

  /** Refuses a request that changes what is locked. Locks themselves come and go under any lock. */
  check({ method, url }: Request): void {
    const path = decodePath(url.pathname);
    if (["GET", "HEAD"].includes(method) || path.toLowerCase().includes(locksPath.toLowerCase())) {
      return;
    }
    // A POST is an action on what stands before its last segment; Azure takes each for a write.
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

  /** What is in it would go with it. */
  private againstDelete(scope: string): Lock[] {
    return this.all.filter((lock) => contains(lock.scope, scope) || contains(scope, lock.scope));
  }
}

/** Whether a scope is another one, or lies in it. */
function contains(scope: string, inner: string): boolean {
  return `${inner.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}
