import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";

type Outputs = Readonly<Record<string, pulumi.Output<unknown>>>;

/**
 * The outputs of a component that the engine has created or creates in this run; undefined if there is none.
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
    component.apply((held) => (held as unknown as Outputs)[name]).apply((value) => value ?? undefined);
  return Object.fromEntries(names.map((name) => [name, outputOf(name)])) as Record<
    Name,
    pulumi.Output<unknown>
  >;
}

/**
 * The component as the engine knows it, once it has its outputs. A component that takes another component does not wait for
 * the children of that one, so it can be constructed before the other has outputs; the engine then returns none.
 */
async function known(urn: pulumi.Output<string>, names: readonly string[]): Promise<pulumi.Resource> {
  const address = (await knownValue(urn))?.value ?? "";
  for (let waitMs = 50; !(await isComplete(address, names)); waitMs = Math.min(2 * waitMs, 1_000)) {
    await sleep(waitMs);
  }
  const [, , type = "", name = ""] = address.split("::");
  const none = Object.fromEntries(names.map((output) => [output, undefined]));
  return new pulumi.ComponentResource(type.split("$").pop() ?? "", name, none, { urn: address });
}

/**
 * Whether a component has its outputs, or will have none in this run: the engine has skipped the creation of its
 * TokenCredentials, which has no id then (`--target`, or a refresh or destroy that runs the program).
 */
async function isComplete(urn: string, names: readonly string[]): Promise<boolean> {
  const { state } = await getResource(urn);
  if (names.some((name) => name in state)) {
    return true;
  }
  const [stack, project, type, ...name] = urn.split("::");
  const child = [stack, project, `${type}$acr-token:index:TokenCredentials`, ...name].join("::");
  // Until it has been registered, the engine does not know it.
  const credentials = await getResource(child).catch(() => undefined);
  return credentials?.id === "";
}

function getResource(urn: string): Promise<{ id: string; state: object }> {
  return pulumi.runtime.invoke("pulumi:pulumi:getResource", { urn });
}
