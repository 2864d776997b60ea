import * as pulumi from "@pulumi/pulumi";
import { outputNames, RegistryToken } from "./registryToken";
import { TokenAccess } from "./tokenAccess";
import { TokenCredentials } from "./tokenCredentials";

/** The arguments of a resource that the engine knows already: it has its URN, and they are ignored. */
const none = {} as never;

type Constructor = new (name: string, args: never, opts: { urn: string }) => pulumi.Resource;

const resources: Record<string, { Class: Constructor; outputs: readonly string[] }> = {
  "acr-token:index:RegistryToken": { Class: RegistryToken, outputs: outputNames },
  "acr-token:index:TokenAccess": { Class: TokenAccess, outputs: ["scopeMapId", "status"] },
  "acr-token:index:TokenCredentials": {
    Class: TokenCredentials,
    outputs: ["username", "loginServer", "password", "passwords", "current", "expiry", "rotatesOn"],
  },
};

/**
 * Has Pulumi make these resources of the references that it meets: a resource that is handed over whole, such as an argument
 * of a component in another language or an output of one, crosses as its URN, and without this it would arrive as that text.
 */
export function registerResources(): void {
  pulumi.runtime.registerResourceModule("acr-token", "index", {
    construct(name, type, urn) {
      const found = resources[type];
      if (found === undefined) {
        throw new Error(`pulumi-acr-token has no resource of the type ${type}`);
      }
      const [stack, project] = placeOf(urn);
      return stack === pulumi.getStack() && project === pulumi.getProject()
        ? new found.Class(name, none, { urn })
        : ofAnotherStack(name, type, urn, found.outputs);
    },
  });
}

/**
 * A resource of another stack, which is no more than its URN: programs in TypeScript and Python export of a resource what it
 * has, others, such as those in YAML and Go, its URN alone, and no engine can tell another stack what that has. Whoever asks
 * it for an output is told so. It says nothing before: a stack's outputs all come together, wanted or not.
 */
function ofAnotherStack(
  name: string,
  type: string,
  urn: string,
  outputs: readonly string[],
): pulumi.Resource {
  const resource = new pulumi.DependencyResource(urn);
  const [stack, project] = placeOf(urn);
  for (const output of outputs) {
    Object.defineProperty(resource, output, {
      get() {
        throw new pulumi.RunError(
          `${type} "${name}" belongs to the stack ${stack} of the project ${project}, which has exported no more than its URN: have it export ${output} by itself`,
        );
      },
    });
  }
  return resource;
}

/** The stack and the project of a resource. */
function placeOf(urn: string): [stack: string | undefined, project: string | undefined] {
  const [start, project] = urn.split("::");
  return [start?.split(":").pop(), project];
}
