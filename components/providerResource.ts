import * as pulumi from "@pulumi/pulumi";

/**
 * An explicit provider of this package, for programs that disable Pulumi's default providers: give it to a `RegistryToken`
 * in `providers`.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, _args?: object, opts?: pulumi.ResourceOptions) {
    super("acr-token", name, {}, opts);
  }
}
