/** Where and as whom the stand-in signs in: configuration first, then the environment, as azure-native has it. */

export interface Settings {
  metadataHost: string;
  tenantId: string;
  clientId: string;
  /** Undefined: OIDC proves who signs in. */
  clientSecret?: string;
  oidc?: Oidc;
  subscriptionId: string;
  /** The location of what does not say one; default: that of its resource group. Configuration alone sets it. */
  location?: string;
}

/** A token of another identity provider's, or where to find it. */
export interface Oidc {
  token?: string;
  requestUrl?: string;
  requestToken?: string;
}

const variables = {
  metadataHost: "ARM_METADATA_HOSTNAME",
  tenantId: "ARM_TENANT_ID",
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  subscriptionId: "ARM_SUBSCRIPTION_ID",
} as const;

/**
 * @param configuration azure-native's configuration, by bare name
 * @throws Error that says which setting is missing and where to put it
 */
export function readSettings(
  configuration: ReadonlyMap<string, string>,
  environment: Record<string, string | undefined>,
): Settings {
  const required = (name: keyof typeof variables) => {
    const value = configuration.get(name) || environment[variables[name]];
    if (!value) {
      throw new Error(
        `'${name}' is not set. This is a stand-in for the azure-native provider that speaks only to a local Azure: ` +
          `start one and set what it prints, here azure-native:${name} or the variable ${variables[name]}. ` +
          "For the real Azure, take this stand-in off the PATH and install the real plugin.",
      );
    }
    return value;
  };
  const metadataHost = required("metadataHost");
  requireLocal(new URL(`https://${metadataHost}`));
  return {
    metadataHost,
    tenantId: required("tenantId"),
    clientId: required("clientId"),
    ...credentialSettings(configuration, environment, () => required("clientSecret")),
    subscriptionId: required("subscriptionId"),
    location: configuration.get("location"),
  };
}

/** As azure-native looks for it: the secret first. */
function credentialSettings(
  configuration: ReadonlyMap<string, string>,
  environment: Record<string, string | undefined>,
  required: () => string,
): Pick<Settings, "clientSecret" | "oidc"> {
  const setting = (name: string, ...names: string[]) =>
    [configuration.get(name), ...names.map((variable) => environment[variable])].find(Boolean);
  const oidc = {
    token: setting("oidcToken", "ARM_OIDC_TOKEN"),
    requestUrl: setting("oidcRequestUrl", "ACTIONS_ID_TOKEN_REQUEST_URL"),
    requestToken: setting("oidcRequestToken", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
  };
  const usesOidc =
    setting("useOidc", "ARM_USE_OIDC") === "true" &&
    setting("clientSecret", variables.clientSecret) === undefined &&
    (oidc.token ?? (oidc.requestUrl && oidc.requestToken)) !== undefined;
  return usesOidc ? { oidc } : { clientSecret: required() };
}

/** A stand-in's requests and secrets stay on this machine, regardless of what it is told. */
export function requireLocal(url: URL): void {
  const host = url.hostname;
  if (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    /^127(\.\d+){3}$/.test(host) ||
    host === "[::1]"
  ) {
    return;
  }
  throw new Error(
    `'${url.host}' is not on this machine. This is a stand-in for the azure-native provider that speaks only to a ` +
      "local Azure, on localhost or 127.0.0.1. For the real Azure, take it off the PATH and install the real plugin.",
  );
}
