import type * as pulumi from "@pulumi/pulumi";
import type { RegistryTokenArgs } from "../program/registryTokenArgs";
import { RegistryToken } from "../registryToken";

/** Creates a RegistryToken for a program in another language and hands back its outputs. */
export async function constructRegistryToken(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  const token = new RegistryToken(name, inputs as RegistryTokenArgs, options);
  return { urn: token.urn, state: token.outputs };
}
