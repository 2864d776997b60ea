import { type AzureSettings, isFlag } from "../../../args/azureSettings";

/** The environment variables of settings that a program does not give: those of azure-native. */
const environmentVariables = {
  clientId: "ARM_CLIENT_ID",
  tenantId: "ARM_TENANT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  clientCertificatePath: "ARM_CLIENT_CERTIFICATE_PATH",
  clientCertificatePassword: "ARM_CLIENT_CERTIFICATE_PASSWORD",
  useOidc: "ARM_USE_OIDC",
  oidcToken: "ARM_OIDC_TOKEN",
  oidcTokenFilePath: "ARM_OIDC_TOKEN_FILE_PATH",
  // Those that GitHub sets for an action.
  oidcRequestUrl: "ACTIONS_ID_TOKEN_REQUEST_URL",
  oidcRequestToken: "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  useMsi: "ARM_USE_MSI",
  useDefaultAzureCredential: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
  disableInstanceDiscovery: "ARM_DISABLE_INSTANCE_DISCOVERY",
  environment: "ARM_ENVIRONMENT",
  metadataHost: "ARM_METADATA_HOSTNAME",
} as const satisfies Record<keyof AzureSettings, string>;

/** The given settings, and for each missing one the value of its environment variable. */
export function resolveSettings(
  given: AzureSettings = {},
  env: NodeJS.ProcessEnv = process.env,
): AzureSettings {
  return Object.fromEntries(
    Object.entries(environmentVariables).flatMap(([name, variable]) => {
      const setting = given[name as keyof AzureSettings] ?? "";
      const value = setting === "" ? (env[variable] ?? "") : setting;
      return value === "" ? [] : [[name, isFlag(name) ? String(value) === "true" : value]];
    }),
  );
}

/** A setting as an error names it: `clientId (azure.clientId, azure-native:clientId or ARM_CLIENT_ID)`. */
export function nameOf(name: keyof AzureSettings): string {
  return `${name} (azure.${name}, azure-native:${name} or ${environmentVariables[name]})`;
}

/** The environment variable of a setting. */
export function variableOf(name: keyof AzureSettings): string {
  return environmentVariables[name];
}
