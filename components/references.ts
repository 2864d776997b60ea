import * as pulumi from "@pulumi/pulumi";
import { outputNames, RegistryToken } from "./registryToken";
import { TokenAccess } from "./tokenAccess";
import { TokenCredentials } from "./tokenCredentials";

/** The arguments of a resource that the engine already knows by its URN: they are ignored. */
const none = {} as never;

type Constructor = new (name: string, args: never, opts: { urn: string }) => pulumi.Resource;

const resources: Record<string, { Class: Constructor; outputs: readonly string[] }> = {
  "acr-token:index:RegistryToken": { Class: RegistryToken, outputs: outputNames },
  "acr-token:index:TokenAccess": { Class: TokenAccess, outputs: ["scopeMapId", "status"] },
  "acr-token:index:TokenCredentials": {
    Class: TokenCredentials,
    outputs: [
      "username",
      "loginServer",
      "password",
      "passwords",
      "current",
      "expiry",
      "rotatesOn",
      "passwordSecretId",
      "passwordSecretVersionId",
    ],
  },
};

/**
 * Registers the classes for resource references. A resource that is passed as a value, such as an argument or output of a
 * component in another language, travels as its URN; without a registered class it would arrive as that string.
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
 * A resource of another stack, of which only the URN is known: programs in YAML and Go export a resource as its URN, and no
 * engine reads the outputs of another stack's resource. Each output throws when it is read, not before, because a stack
 * reference loads all outputs at once.
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
