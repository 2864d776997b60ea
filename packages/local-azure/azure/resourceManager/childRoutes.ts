/** The routes that scope maps, tokens and connected registries share. */
import type { Request, Response } from "../http.js";
import type { NameMap } from "../names.js";
import type { Router } from "../router.js";
import type { Registry } from "../state.js";
import { type Context, findChild, findParentRegistry, findRegistry, registriesPath } from "./context.js";
import { checkName, type ResourceNoun } from "./limits.js";
import { pageOf } from "./pages.js";
import { type ManagedResource, startDelete } from "./resourceOperations.js";

/** A request for a child of a registry. */
export interface ChildRequest {
  readonly context: Context;
  readonly request: Request;
  readonly registry: Registry;
}

/** A type of resource in a registry. */
export interface ChildType<Child extends ManagedResource> {
  /** The collection's name in the path. */
  readonly collection: string;
  /** The type's name in an error. */
  readonly noun: ResourceNoun;
  /** The prefix of the names of operations. */
  readonly kind: string;
  readonly childrenOf: (registry: Registry) => NameMap<Child>;
  readonly describe: (child: Child, registry: Registry) => object;
  /** Creates a child, or replaces the existing child. */
  readonly put: (request: ChildRequest, name: string, existing: Child | undefined) => Response;
  /** Changes the properties in the body and keeps the others. */
  readonly patch: (request: ChildRequest, child: Child) => Response;
  /** @throws AzureError if the child cannot be deleted */
  readonly checkDelete?: (child: Child, registry: Registry) => void;
}

/** Adds GET, list, PUT, PATCH and DELETE of a child type below registries/{registry}. */
export function routeChildren<Child extends ManagedResource>(
  router: Router,
  context: Context,
  { collection, noun, kind, childrenOf, describe, put, patch, checkDelete }: ChildType<Child>,
): void {
  const path = `${registriesPath}/{registry}/${collection}`;
  router
    .on("GET", path, (request, parameters) => {
      const registry = findRegistry(context, parameters);
      return pageOf(request, childrenOf(registry), (child) => describe(child, registry));
    })
    .on("GET", `${path}/{child}`, (_, parameters) => {
      const registry = findRegistry(context, parameters);
      return { status: 200, body: describe(findChild(childrenOf(registry), parameters.child), registry) };
    })
    .on("PUT", `${path}/{child}`, (request, parameters) => {
      const registry = findParentRegistry(context, parameters);
      checkName(noun, parameters.child);
      const existing = childrenOf(registry).get(parameters.child);
      return put({ context, request, registry }, parameters.child, existing);
    })
    .on("PATCH", `${path}/{child}`, (request, parameters) => {
      const registry = findRegistry(context, parameters);
      return patch({ context, request, registry }, findChild(childrenOf(registry), parameters.child));
    })
    .on("DELETE", `${path}/{child}`, (request, parameters) => {
      const registry = findRegistry(context, parameters);
      const child = childrenOf(registry).get(parameters.child);
      if (child !== undefined) {
        checkDelete?.(child, registry);
      }
      return startDelete(context, request, childrenOf(registry), child, kind);
    });
}
