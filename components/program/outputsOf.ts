import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";

type Outputs = Readonly<Record<string, pulumi.Output<unknown>>>;

/**
 * The outputs of a component that the engine has made, or is about to: what has none is null.
 *
 * @param urn the component's
 * @param names the names of its outputs
 */
export function outputsOf<Name extends string>(
  urn: pulumi.Output<string>,
  names: readonly Name[],
): Record<Name, pulumi.Output<unknown>> {
  const component = pulumi.output(known(urn, names));
  const outputOf = (name: Name) =>
    component.apply((held) => (held as unknown as Outputs)[name]).apply((value) => value ?? null);
  return Object.fromEntries(names.map((name) => [name, outputOf(name)])) as Record<
    Name,
    pulumi.Output<unknown>
  >;
}

/**
 * The component as the engine knows it, once that has its outputs. A component that takes another one does not wait for
 * what that is made of, so it can be constructed while the other has no outputs yet; the engine would say that there are none.
 */
async function known(urn: pulumi.Output<string>, names: readonly string[]): Promise<pulumi.Resource> {
  const address = (await knownValue(urn))?.value ?? "";
  for (let wait = 50; !(await hasOutputs(address, names)); wait = Math.min(2 * wait, 1_000)) {
    await sleep(wait);
  }
  const [, , type = "", name = ""] = address.split("::");
  const none = Object.fromEntries(names.map((output) => [output, undefined]));
  return new pulumi.ComponentResource(type.split("$").pop() ?? "", name, none, { urn: address });
}

async function hasOutputs(urn: string, names: readonly string[]): Promise<boolean> {
  const { state } = await pulumi.runtime.invoke("pulumi:pulumi:getResource", { urn });
  return names.some((name) => name in state);
}
