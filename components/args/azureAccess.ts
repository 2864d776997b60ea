import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../program/knownValue";
import { flagSettings, isFlag, textSettings } from "./azureSettings";

/**
 * The identity with which the provider calls Azure. A setting that is missing comes from its environment variable. If no identity is set
 * at all, the provider uses that of `az login`.
 */
export interface AzureAccessArgs {
  /**
   * The client (application) id of a service principal or a managed identity.
   *
   * @default `ARM_CLIENT_ID`
   */
  clientId?: pulumi.Input<string>;
  /**
   * The id of the Microsoft Entra tenant to sign in to.
   *
   * @default `ARM_TENANT_ID`
   */
  tenantId?: pulumi.Input<string>;
  /**
   * The service principal's secret.
   *
   * @secret
   * @default `ARM_CLIENT_SECRET`
   */
  clientSecret?: pulumi.Input<string>;
  /**
   * The path of the service principal's certificate, PEM with its key.
   *
   * @default `ARM_CLIENT_CERTIFICATE_PATH`
   */
  clientCertificatePath?: pulumi.Input<string>;
  /**
   * The password of that certificate's key.
   *
   * @secret
   * @default `ARM_CLIENT_CERTIFICATE_PASSWORD`
   */
  clientCertificatePassword?: pulumi.Input<string>;
  /**
   * Whether to sign in by OIDC, with a token of another identity provider.
   *
   * @default `ARM_USE_OIDC`
   */
  useOidc?: pulumi.Input<boolean>;
  /**
   * The OIDC token itself.
   *
   * @secret
   * @default `ARM_OIDC_TOKEN`
   */
  oidcToken?: pulumi.Input<string>;
  /**
   * The path of a file that holds the OIDC token.
   *
   * @default `ARM_OIDC_TOKEN_FILE_PATH`
   */
  oidcTokenFilePath?: pulumi.Input<string>;
  /**
   * The URL to request an OIDC token from.
   *
   * @default `ACTIONS_ID_TOKEN_REQUEST_URL`, which GitHub Actions sets
   */
  oidcRequestUrl?: pulumi.Input<string>;
  /**
   * The bearer token for that request.
   *
   * @secret
   * @default `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, which GitHub Actions sets
   */
  oidcRequestToken?: pulumi.Input<string>;
  /**
   * Whether to sign in as a managed identity.
   *
   * @default `ARM_USE_MSI`
   */
  useMsi?: pulumi.Input<boolean>;
  /**
   * Whether to sign in with `DefaultAzureCredential`, which tries several methods.
   *
   * @default `ARM_USE_DEFAULT_AZURE_CREDENTIAL`
   */
  useDefaultAzureCredential?: pulumi.Input<boolean>;
  /**
   * Whether to skip the lookup of the sign-in host in the public cloud, as a private cloud needs.
   *
   * @default `ARM_DISABLE_INSTANCE_DISCOVERY`
   */
  disableInstanceDiscovery?: pulumi.Input<boolean>;
  /**
   * The cloud: `public`, `usgovernment` or `china`.
   *
   * @default `ARM_ENVIRONMENT`, else `public`
   */
  environment?: pulumi.Input<string>;
  /**
   * The host, with an optional port, of a private cloud's metadata service. Overrides `environment`.
   *
   * @default `ARM_METADATA_HOSTNAME`
   */
  metadataHost?: pulumi.Input<string>;
}

/**
 * The identity that azure-native uses for this component's other resources: the settings of an explicit provider of the
 * component or a parent, else the stack's configuration (`pulumi config set azure-native:clientId …`), else undefined. The engine
 * passes both to azure-native only, so the component passes them on.
 *
 * @param component the component with the providers
 * @param name its name, for the error
 */
export function azureNativeAccess(
  component: pulumi.ComponentResource,
  name: string,
): Promise<AzureAccessArgs> | pulumi.Output<AzureAccessArgs> | undefined {
  const provider = component.getProvider("azure-native:containerregistry:Token");
  return provider === undefined ? configuredAccess() : settingsOf(provider, name);
}

/**
 * The settings of an explicit provider, from the engine: for a program in another language only the provider's URN is here.
 *
 * @throws pulumi.RunError that names the argument `azure`, if the engine does not know the provider
 */
async function settingsOf(provider: pulumi.ProviderResource, name: string): Promise<AzureAccessArgs> {
  const urn = (await knownValue(provider.urn))?.value;
  const { state } = await pulumi.runtime
    .invoke("pulumi:pulumi:getResource", { urn })
    .catch((error: Error) => {
      throw new pulumi.RunError(
        `RegistryToken "${name}" has an explicit provider of azure-native whose settings cannot be read: give the identity as the argument azure, {clientId, clientSecret, tenantId} or what else the provider has, so that the passwords are generated with the same identity (${error.message})`,
      );
    });
  return Object.fromEntries(
    [...textSettings, ...flagSettings].flatMap((setting) => {
      // The engine keeps a provider's settings as strings. A preview may not know one yet.
      const value: unknown = state[setting];
      const isSet = typeof value === "string" && value !== "";
      return isSet ? [[setting, isFlag(setting) ? value === "true" : value]] : [];
    }),
  );
}

function configuredAccess(): pulumi.Output<AzureAccessArgs> | undefined {
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
