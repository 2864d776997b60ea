/** The worker thread that constructs a RegistryToken for a program in another language and returns its outputs. */
import * as pulumi from "@pulumi/pulumi";
import type { RegistryTokenArgs } from "../../args/registryTokenArgs";
import { RegistryToken } from "../../registryToken";

// The SDK sends each resource's outputs to the engine as debug messages, secrets in plain text, and `pulumi up --json` and
// `--event-log` print them (registerResource in @pulumi/pulumi's runtime/resource.ts).
Object.assign(pulumi.log, { debug: () => Promise.resolve() });

const provider: pulumi.provider.Provider = {
  version: "",
  construct: async (name, type, inputs, options) => {
    if (type !== "acr-token:index:RegistryToken") {
      throw new Error(`acr-token has no component of the type ${type}`);
    }
    try {
      const token = new RegistryToken(name, inputs as RegistryTokenArgs, options);
      return { urn: token.urn, state: token.outputs };
    } catch (error) {
      // The message lists each argument. The engine would list them again, with their values, from an InputPropertiesError.
      throw new Error((error as Error).message);
    }
  },
};

void pulumi.provider.main(provider, process.argv.slice(2));
