import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { RegistryToken, type RegistryTokenArgs } from "../../components/index";

/** A token's arguments, which a test changes between two runs. */
export type ChangingArgs = Partial<RegistryTokenArgs>;

const pull = { "azureiotedge-agent": ["content/read"] } as const;

/** A program with one token. It reads the arguments when it runs. */
export function clientToken(args: ChangingArgs, opts?: ComponentResourceOptions): PulumiFn {
  return async () => {
    const token = new RegistryToken(
      "edge-client",
      {
        resourceGroupName: "myresourcegroup",
        registryName: "myregistry",
        ...(args.scopeMapId === undefined && { repositories: pull }),
        ...args,
      },
      opts,
    );
    return token.outputs;
  };
}

/** Replaces all arguments. */
export function change(args: ChangingArgs, others: ChangingArgs): void {
  for (const name of Object.keys(args) as (keyof ChangingArgs)[]) {
    delete args[name];
  }
  Object.assign(args, others);
}
