import type { Identity } from "../identity.js";
import type { Router } from "../router.js";

/** The routes of tenants and subscriptions, of which there is one each. */
export function routeSubscriptions(router: Router, { tenantId, subscriptionId }: Identity): void {
  const tenant = {
    id: `/tenants/${tenantId}`,
    tenantId,
    tenantCategory: "Home",
    displayName: "Local Azure",
    domains: [],
  };
  const subscription = {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: "Local Azure",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "Free_2014-09-01",
      spendingLimit: "On",
    },
    authorizationSource: "RoleBased",
    managedByTenants: [],
  };
  router
    .on("GET", "/tenants", () => ({ status: 200, body: { value: [tenant] } }))
    .on("GET", "/subscriptions", () => ({ status: 200, body: { value: [subscription] } }))
    .on("GET", "/subscriptions/{subscription}", () => ({ status: 200, body: subscription }));
}
