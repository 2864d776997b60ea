import type { ScopeMap } from "@pulumi/azure-native/containerregistry/scopeMap";
import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";

/** How many actions an error lists. */
const maxListed = 10;

/**
 * The id of a scope map that has the requested actions: Azure Policy can modify a write, and Azure then answers success.
 * azure-native writes again only if an input changes: its refresh compares Azure with the outputs of the last write.
 *
 * @returns an output that fails with a pulumi.RunError if the scope map in the state has other actions
 */
export function verifiedScopeMapId(
  { id, actions }: ScopeMap,
  requested: pulumi.Input<readonly string[]>,
): pulumi.Output<string> {
  return id.apply(async (scopeMapId) => {
    // A preview may know the id alone, and a unit test's mocks may return no actions.
    const [stored, wanted] = await Promise.all([knownValue(actions), knownValue(requested)]);
    if (stored?.value && wanted?.value) {
      checkActions(scopeMapId, stored.value, wanted.value);
    }
    return scopeMapId;
  });
}

function checkActions(scopeMapId: string, stored: readonly string[], wanted: readonly string[]): void {
  const missing = without(wanted, stored);
  const added = without(stored, wanted);
  const deviations = [
    ...(missing.length > 0 ? [`without ${listed(missing)}`] : []),
    ...(added.length > 0 ? [`with ${listed(added)}, which the program does not request`] : []),
  ];
  if (deviations.length > 0) {
    throw new pulumi.RunError(
      `Azure stored the scope map ${scopeMapId} ${deviations.join(" and ")}; the likely cause is Azure Policy, with an assignment that has the effect Modify: exempt the registry from this assignment, change scopeMapDescription, so that azure-native writes the scope map again, and run pulumi up`,
    );
  }
}

/** The actions of one list that another does not have, in any letter case. */
function without(actions: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map((action) => action.toLowerCase()));
  return actions.filter((action) => !known.has(action.toLowerCase()));
}

function listed(actions: readonly string[]): string {
  const more = actions.length - maxListed;
  return actions.slice(0, maxListed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
