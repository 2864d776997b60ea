import * as pulumi from "@pulumi/pulumi";

/**
 * A resource's inputs: the given ones alone, since Pulumi spends time on each undefined input too. The identity and the
 * passwords to adopt are secrets, even if the program does not mark them.
 */
export function inputsOf(args: {
  readonly azure?: pulumi.Input<object>;
  readonly adopt?: pulumi.Input<object>;
}): pulumi.Inputs {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, name === "azure" || name === "adopt" ? pulumi.secret(value) : value]),
  );
}

/**
 * A component's arguments, as the state, policy packs and the console see them. `adopt` is only read when the token is created:
 * the component does not record it, so a program that removes it later changes nothing.
 */
export function componentInputs({ adopt: _, ...args }: { readonly adopt?: unknown }): pulumi.Inputs {
  return inputsOf(args);
}
