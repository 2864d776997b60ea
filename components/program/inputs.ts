import * as pulumi from "@pulumi/pulumi";

/**
 * A custom resource's inputs: the given ones alone, since Pulumi spends time on each undefined input too. The identity and the
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
