import * as pulumi from "@pulumi/pulumi";

/**
 * The identity with which the provider calls Azure. Each setting that is missing comes from its environment variable;
 * where no identity is set at all, the provider uses that of `az login`.
 */
export interface AzureAccessArgs {
  /** The client (application) id of a service principal. Default: `ARM_CLIENT_ID`. */
  clientId?: pulumi.Input<string>;
  /** The service principal's secret. Default: `ARM_CLIENT_SECRET`. */
  clientSecret?: pulumi.Input<string>;
  /** The id of the Microsoft Entra tenant to sign in to. Default: `ARM_TENANT_ID`. */
  tenantId?: pulumi.Input<string>;
  /** The cloud: `public`, `usgovernment` or `china`. Default: `ARM_ENVIRONMENT`, else `public`. */
  environment?: pulumi.Input<string>;
  /** The host (and port) of a cloud's own metadata service. Default: `ARM_METADATA_HOSTNAME`. Overrides `environment`. */
  metadataHost?: pulumi.Input<string>;
}

/** The settings of {@link AzureAccessArgs}, each under the same name in azure-native's configuration. */
export const azureSettings = [
  "clientId",
  "clientSecret",
  "tenantId",
  "environment",
  "metadataHost",
] as const satisfies readonly (keyof AzureAccessArgs)[];

/**
 * The identity that azure-native is configured with in this stack (`pulumi config set azure-native:clientId …`), so that
 * whoever can run azure-native can run this provider; undefined where the configuration sets none. The engine hands
 * azure-native's configuration to azure-native alone, so it has to be passed on.
 */
export function configuredAzureAccess(): pulumi.Output<AzureAccessArgs> | undefined {
  const config = new pulumi.Config("azure-native");
  const set = azureSettings.flatMap((name) => {
    const value = config.getSecret(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return set.length === 0 ? undefined : pulumi.secret(Object.fromEntries(set));
}
