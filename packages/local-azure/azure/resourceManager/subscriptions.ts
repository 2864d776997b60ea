import type { Router } from "../router.js";
import type { Subscription } from "../state.js";
import { type Context, findSubscription } from "./context.js";

/** The routes of the one tenant and of subscriptions. A service principal sees the subscriptions in which it may act. */
export function routeSubscriptions(router: Router, context: Context): void {
  const { tenantId } = context.directory;
  const tenant = {
    id: `/tenants/${tenantId}`,
    tenantId,
    tenantCategory: "Home",
    displayName: "Local Azure",
    domains: [],
  };
  router
    .on("GET", "/tenants", () => ({ status: 200, body: { value: [tenant] } }))
    .on("GET", "/subscriptions", ({ caller = "" }) => ({
      status: 200,
      body: {
        value: context.subscriptions
          .filter(({ principals }) => principals.has(caller))
          .map((subscription) => describe(tenantId, subscription)),
      },
    }))
    .on("GET", "/subscriptions/{subscription}", (_, parameters) => ({
      status: 200,
      body: describe(tenantId, findSubscription(context, parameters)),
    }));
}

function describe(tenantId: string, { displayName, id }: Subscription): object {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId,
    displayName,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "Free_2014-09-01",
      spendingLimit: "On",
    },
    authorizationSource: "RoleBased",
    managedByTenants: [],
  };
}
