/** The settings that say with which identity, and in which cloud, to call Azure. The names are azure-native's. */
export interface AzureSettings {
  readonly clientId?: string;
  readonly tenantId?: string;
  readonly clientSecret?: string;
  readonly clientCertificatePath?: string;
  readonly clientCertificatePassword?: string;
  readonly useOidc?: boolean;
  readonly oidcToken?: string;
  readonly oidcTokenFilePath?: string;
  readonly oidcRequestUrl?: string;
  readonly oidcRequestToken?: string;
  readonly useMsi?: boolean;
  readonly environment?: string;
  readonly metadataHost?: string;
}

/** Where each setting comes from when a program does not give it: azure-native's environment variables. */
export const environmentVariables = {
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
  environment: "ARM_ENVIRONMENT",
  metadataHost: "ARM_METADATA_HOSTNAME",
} as const satisfies Record<keyof AzureSettings, string>;

const flags: readonly string[] = ["useOidc", "useMsi"] satisfies (keyof AzureSettings)[];

/** The settings in force: those given, and for each one that is missing its environment variable. */
export function resolveSettings(
  given: AzureSettings = {},
  env: NodeJS.ProcessEnv = process.env,
): AzureSettings {
  return Object.fromEntries(
    Object.entries(environmentVariables).flatMap(([name, variable]) => {
      const setting = given[name as keyof AzureSettings] ?? "";
      const value = setting === "" ? (env[variable] ?? "") : setting;
      return value === "" ? [] : [[name, flags.includes(name) ? String(value) === "true" : value]];
    }),
  );
}

/** What is wrong with a setting, without its value, as a sentence without its subject; undefined where nothing is. */
export function checkSetting(name: string, value: unknown): string | undefined {
  const names = Object.keys(environmentVariables);
  if (!names.includes(name)) {
    return `is no setting: there are ${names.join(", ")}`;
  }
  const type = flags.includes(name) ? "boolean" : "string";
  return value === null || typeof value === type
    ? undefined
    : `must be of type ${type}, got one of type ${typeof value}`;
}

/** A setting as an error names it: `clientId (azure-native:clientId or ARM_CLIENT_ID)`. */
export function nameOf(name: keyof AzureSettings): string {
  return `${name} (azure-native:${name} or ${environmentVariables[name]})`;
}
