import type { Request } from "../http.js";
import { decodePath } from "../router.js";
import type { Subscription } from "../state.js";
import { AzureError } from "./errors.js";

/** Refuses a service principal that has no role in the subscription. */
export function checkAccess(request: Request, caller: string, subscription: Subscription): void {
  if (subscription.principals.has(caller)) {
    return;
  }
  const scope = decodePath(request.url.pathname);
  throw new AzureError(
    403,
    "AuthorizationFailed",
    `The client '${caller}' with object id '${caller}' does not have authorization to perform action '${actionOf(request.method, scope)}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** The action that a role must allow, such as Microsoft.ContainerRegistry/registries/tokens/write. */
export function actionOf(method: string, scope: string): string {
  const [, namespace, rest] = /.*\/providers\/([^/]+)\/?(.*)$/i.exec(scope) ?? [];
  const verb = { GET: "read", HEAD: "read", DELETE: "delete", POST: "action" }[method] ?? "write";
  if (namespace === undefined) {
    const inGroup = /^\/subscriptions\/[^/]+\/resourceGroups/i.test(scope);
    return `Microsoft.Resources/subscriptions/${inGroup ? "resourceGroups/" : ""}${verb}`;
  }
  // Types and names alternate. An action has the position of a type.
  const types = rest.split("/").filter((_, index) => index % 2 === 0);
  return [namespace, ...types, verb].join("/");
}
