/** The settings that say with which identity, and in which cloud, to call Azure. The names are azure-native's. */
export interface AzureSettings {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tenantId?: string;
  readonly environment?: string;
  readonly metadataHost?: string;
}

/** Where each setting comes from when a program does not give it: azure-native's environment variables. */
export const environmentVariables = {
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  tenantId: "ARM_TENANT_ID",
  environment: "ARM_ENVIRONMENT",
  metadataHost: "ARM_METADATA_HOSTNAME",
} as const satisfies Record<keyof AzureSettings, string>;

/** The settings in force: those given, and for each one that is missing its environment variable. */
export function resolveSettings(
  given: AzureSettings = {},
  env: NodeJS.ProcessEnv = process.env,
): AzureSettings {
  return Object.fromEntries(
    Object.entries(environmentVariables).flatMap(([name, variable]) => {
      const value = given[name as keyof AzureSettings] || env[variable];
      return value ? [[name, value]] : [];
    }),
  );
}
