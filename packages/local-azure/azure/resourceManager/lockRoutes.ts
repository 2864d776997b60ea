import type { Request, Response } from "../http.js";
import type { Parameters, Router } from "../router.js";
import { objectMember, readBody, textMember } from "./body.js";
import { type Context, findGroup, findRegistry, findSubscription, registriesPath } from "./context.js";
import { AzureError, badRequest } from "./errors.js";
import { type Lock, type Locks, lockLevels, locksPath } from "./locks.js";

/** The routes of the locks of subscriptions, resource groups and registries. */
export function routeLocks(router: Router, context: Context): void {
  const { locks } = context;
  const scopes: [path: string, find: (parameters: Parameters) => string][] = [
    ["/subscriptions/{subscription}", (at) => `/subscriptions/${findSubscription(context, at).id}`],
    ["/subscriptions/{subscription}/resourceGroups/{group}", (at) => findGroup(context, at).id],
    [`${registriesPath}/{registry}`, (at) => findRegistry(context, at).id],
  ];
  for (const [path, find] of scopes) {
    router
      .on("GET", path + locksPath, (_, at) => {
        return { status: 200, body: { value: locks.within(find(at)).map(describe) } };
      })
      .on("GET", `${path}${locksPath}/{lock}`, (_, at) => {
        const found = locks.at(find(at)).get(at.lock);
        if (found === undefined) {
          throw new AzureError(404, "LockNotFound", `The lock '${at.lock}' could not be found.`);
        }
        return { status: 200, body: describe(found) };
      })
      .on("PUT", `${path}${locksPath}/{lock}`, (request, at) => put(locks, request, find(at), at.lock))
      .on("DELETE", `${path}${locksPath}/{lock}`, (_, at) => {
        const there = locks.at(find(at));
        const status = there.get(at.lock) === undefined ? 204 : 200;
        there.delete(at.lock);
        return { status };
      });
  }
}

function put(locks: Locks, request: Request, scope: string, name: string): Response {
  const properties = objectMember(readBody(request), "properties") ?? {};
  const given = textMember(properties, "level");
  const level = lockLevels.find((known) => known.toLowerCase() === given?.toLowerCase());
  if (level === undefined) {
    throw badRequest(
      "InvalidLockLevel",
      `The lock level '${given}' is invalid: it must be ${lockLevels.join(" or ")}.`,
    );
  }
  const existing = locks.at(scope).get(name);
  const lock: Lock = { name: existing?.name ?? name, scope, level, notes: textMember(properties, "notes") };
  locks.at(scope).add(lock);
  return { status: existing ? 200 : 201, body: describe(lock) };
}

function describe({ name, scope, level, notes }: Lock): object {
  return {
    properties: { level, notes },
    id: `${scope}${locksPath}/${name}`,
    type: "Microsoft.Authorization/locks",
    name,
  };
}
