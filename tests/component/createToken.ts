/** The setup of the tests of a RegistryToken. */
import * as pulumi from "@pulumi/pulumi";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";
import { resolved } from "./engine";

export const registry = { resourceGroupName: "group", registryName: "myregistry" };
export const args: RegistryTokenArgs = { ...registry, repositories: { "samples/nginx": ["content/read"] } };

/** Creates a RegistryToken and waits until all of it is registered. */
export async function create(given: RegistryTokenArgs = args, name = "client-1") {
  const options = new Map<string, pulumi.CustomResourceOptions>();
  const token: RegistryToken = new RegistryToken(name, given, {
    transformations: [
      ({ type, opts }) => {
        options.set(type, opts);
        return undefined;
      },
    ],
  });
  const outputs = await resolved(pulumi.output(token.outputs));
  return { token, outputs, options: (type: string) => options.get(type) ?? {} };
}
