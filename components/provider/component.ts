/** The thread that creates a RegistryToken for a program in another language and hands back its outputs. */
import * as pulumi from "@pulumi/pulumi";
import type { RegistryTokenArgs } from "../program/registryTokenArgs";
import { RegistryToken } from "../registryToken";

const provider: pulumi.provider.Provider = {
  version: "",
  construct: async (name, type, inputs, options) => {
    if (type !== "acr-token:index:RegistryToken") {
      throw new Error(`acr-token has no component of the type ${type}`);
    }
    const token = new RegistryToken(name, inputs as RegistryTokenArgs, options);
    return { urn: token.urn, state: token.outputs };
  },
};

void pulumi.provider.main(provider, process.argv.slice(2));
