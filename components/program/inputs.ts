import * as pulumi from "@pulumi/pulumi";

/**
 * A custom resource's inputs: those that are given, since Pulumi spends time on each of the others too, and the identity and
 * the passwords to adopt as secrets, whatever the program says.
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
