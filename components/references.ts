import * as pulumi from "@pulumi/pulumi";
import { RegistryToken } from "./registryToken";
import { TokenAccess } from "./tokenAccess";
import { TokenCredentials } from "./tokenCredentials";

/** The arguments of a resource that the engine knows already: it has its URN, and they are ignored. */
const none = {} as never;

/**
 * Has Pulumi make these resources of the references that it meets: a resource that is handed over whole, such as an argument
 * of a component in another language or an output of one, crosses as its URN, and without this it would arrive as that text.
 */
export function registerResources(): void {
  pulumi.runtime.registerResourceModule("acr-token", "index", {
    construct(name, type, urn) {
      switch (type) {
        case "acr-token:index:RegistryToken":
          return new RegistryToken(name, none, { urn });
        case "acr-token:index:TokenAccess":
          return new TokenAccess(name, none, { urn });
        case "acr-token:index:TokenCredentials":
          return new TokenCredentials(name, none, { urn });
        default:
          throw new Error(`pulumi-acr-token has no resource of the type ${type}`);
      }
    },
  });
}
