import * as pulumi from "@pulumi/pulumi";
import { flagSettings, textSettings } from "../common/azureSettings";

/**
 * The identity with which the provider calls Azure. Each setting that is missing comes from its environment variable;
 * where no identity is set at all, the provider uses that of `az login`.
 */
export interface AzureAccessArgs {
  /** The client (application) id of a service principal or a managed identity. Default: `ARM_CLIENT_ID`. */
  clientId?: pulumi.Input<string>;
  /** The id of the Microsoft Entra tenant to sign in to. Default: `ARM_TENANT_ID`. */
  tenantId?: pulumi.Input<string>;
  /** The service principal's secret. Default: `ARM_CLIENT_SECRET`. */
  clientSecret?: pulumi.Input<string>;
  /** The path of the service principal's certificate, PEM with its key. Default: `ARM_CLIENT_CERTIFICATE_PATH`. */
  clientCertificatePath?: pulumi.Input<string>;
  /** The password of that certificate's key. Default: `ARM_CLIENT_CERTIFICATE_PASSWORD`. */
  clientCertificatePassword?: pulumi.Input<string>;
  /** Whether to sign in by OIDC, with a token of another identity provider. Default: `ARM_USE_OIDC`. */
  useOidc?: pulumi.Input<boolean>;
  /** The OIDC token itself. Default: `ARM_OIDC_TOKEN`. */
  oidcToken?: pulumi.Input<string>;
  /** The path of a file that holds the OIDC token. Default: `ARM_OIDC_TOKEN_FILE_PATH`. */
  oidcTokenFilePath?: pulumi.Input<string>;
  /** The URL to request an OIDC token from. Default: `ACTIONS_ID_TOKEN_REQUEST_URL`, which GitHub sets. */
  oidcRequestUrl?: pulumi.Input<string>;
  /** The bearer token for that request. Default: `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, which GitHub sets. */
  oidcRequestToken?: pulumi.Input<string>;
  /** Whether to sign in as a managed identity. Default: `ARM_USE_MSI`. */
  useMsi?: pulumi.Input<boolean>;
  /** The cloud: `public`, `usgovernment` or `china`. Default: `ARM_ENVIRONMENT`, else `public`. */
  environment?: pulumi.Input<string>;
  /** The host (and port) of a cloud's own metadata service. Default: `ARM_METADATA_HOSTNAME`. Overrides `environment`. */
  metadataHost?: pulumi.Input<string>;
}

/**
 * The identity that azure-native is configured with in this stack (`pulumi config set azure-native:clientId …`), so that
 * whoever can run azure-native can run this provider; undefined where the configuration sets none. The engine hands
 * azure-native's configuration to azure-native alone, so it has to be passed on.
 */
export function configuredAzureAccess(): pulumi.Output<AzureAccessArgs> | undefined {
  const config = new pulumi.Config("azure-native");
  const settings: [string, pulumi.Input<string | boolean> | undefined][] = [
    ...textSettings.map(
      (name) => [name, config.getSecret(name)] as [string, pulumi.Output<string> | undefined],
    ),
    ...flagSettings.map((name) => [name, config.getBoolean(name)] as [string, boolean | undefined]),
  ];
  const set = settings.filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : pulumi.secret(Object.fromEntries(set));
}
