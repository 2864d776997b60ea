import { show } from "../args/checks";
import type { ValidationFailure } from "../args/repositoryActions";
import { isMocked } from "./isMocked";
import { PerEngine } from "./perEngine";

/** The names that one RegistryToken gives to what it creates. */
interface OwnNames {
  readonly resourceGroupName: string;
  readonly registryName: string;
  readonly tokenName: string;
  /** Undefined if the token is on a scope map that exists. */
  readonly scopeMapName?: string;
}

const advice = {
  tokenName: "give each RegistryToken a tokenName of its own",
  scopeMapName:
    "give each RegistryToken a scopeMapName of its own, or create the scope map once and give both its scopeMapId",
};

/** Which RegistryToken of a program has which token and which scope map, by their places in lower case. */
const owners = new PerEngine(() => new Map<string, string>());

/**
 * Claims the names of a RegistryToken. Azure compares names without regard to letter case.
 *
 * @param resource the name of the RegistryToken
 * @returns what is wrong if another RegistryToken of the program has a name already: each of the two would undo what the
 * other did
 */
export function claimNames(
  resource: string,
  { resourceGroupName, registryName, ...names }: OwnNames,
): ValidationFailure[] {
  return (["tokenName", "scopeMapName"] as const).flatMap((property) => {
    const place = [resourceGroupName, registryName, property, names[property]];
    if (!place.every((part) => typeof part === "string")) {
      return [];
    }
    const key = place.join("/").toLowerCase();
    const owner = owners.get().get(key);
    // A unit test may construct a resource more than once; an engine refuses that itself.
    if (owner !== undefined && !(isMocked() && owner === resource)) {
      const reason = `must be unique in a registry, but RegistryToken ${show(owner)} of this program also has ${show(names[property])}: ${advice[property]}`;
      return [{ property, reason }];
    }
    owners.get().set(key, resource);
    return [];
  });
}
