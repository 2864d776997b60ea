/** The stand-in's sign-in settings: from the configuration, else from the environment, as in azure-native. */

export interface Settings {
  metadataHost: string;
  tenantId: string;
  clientId: string;
  /** Undefined: the sign-in uses OIDC. */
  clientSecret?: string;
  oidc?: Oidc;
  subscriptionId: string;
  /** The default location, which only the configuration sets; default: the resource group's location. */
  location?: string;
}

/** A token of another identity provider, or the address to request a token. */
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
 * @throws Error with the missing setting and how to set it
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

/** The credential's settings in azure-native's order: the secret first. */
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

/** Refuses an address on another machine: a stand-in's requests and secrets stay on this machine. */
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
