import type { TokenCredential } from "@azure/identity";
import type { AzureSettings } from "../../../args/azureSettings";
import { isSignInHost } from "../http/hosts";
import type { Cloud } from "./cloud";
import { signInPolicy, withNetworkErrors } from "./networkErrors";
import { oidcToken } from "./oidc";
import { nameOf, resolveSettings, variableOf } from "./settings";

/** Loads Azure's library of identities. */
const loadIdentity = () => import("@azure/identity");

type Identity = Awaited<ReturnType<typeof loadIdentity>>;

/** A way to sign in. */
interface AuthMethod {
  /** Its name in an error. */
  readonly what: string;
  /** The setting that selects the method. */
  readonly chosenBy: keyof AzureSettings;
  /** The settings that the method requires. */
  readonly needs: readonly (keyof AzureSettings)[];
  credential(identity: Identity, settings: Required<AzureSettings>, cloud: Cloud): TokenCredential;
}

/** In the order in which azure-native selects them. Without any of these settings az login is used. */
const methods: readonly AuthMethod[] = [
  {
    what: "Azure's default credential",
    chosenBy: "useDefaultAzureCredential",
    needs: [],
    // Has no host policy, as it also requests a managed identity, from this machine's metadata address.
    credential: (identity, settings, cloud) =>
      new identity.DefaultAzureCredential({ tenantId: settings.tenantId, ...authorityOf(settings, cloud) }),
  },
  {
    what: "a client certificate",
    chosenBy: "clientCertificatePath",
    needs: ["clientId", "tenantId"],
    credential: (identity, settings, cloud) =>
      new identity.ClientCertificateCredential(
        settings.tenantId,
        settings.clientId,
        {
          certificatePath: settings.clientCertificatePath,
          certificatePassword: settings.clientCertificatePassword,
        },
        signInAt(settings, cloud),
      ),
  },
  {
    what: "a client secret",
    chosenBy: "clientSecret",
    needs: ["clientId", "tenantId"],
    credential: (identity, settings, cloud) =>
      new identity.ClientSecretCredential(
        settings.tenantId,
        settings.clientId,
        settings.clientSecret,
        signInAt(settings, cloud),
      ),
  },
  {
    what: "OIDC",
    chosenBy: "useOidc",
    needs: ["clientId", "tenantId"],
    credential: (identity, settings, cloud) =>
      new identity.ClientAssertionCredential(
        settings.tenantId,
        settings.clientId,
        () => oidcToken(settings),
        signInAt(settings, cloud),
      ),
  },
  {
    what: "a managed identity",
    chosenBy: "useMsi",
    needs: [],
    credential: (identity, { clientId }) => new identity.ManagedIdentityCredential({ clientId }),
  },
];

/**
 * The credential of the settings, selected as azure-native selects it.
 *
 * @throws Error if a setting is missing that the method requires
 */
export async function findCredential(settings: AzureSettings, cloud: Cloud): Promise<TokenCredential> {
  const identity = await loadIdentity();
  const method = chosenMethod(settings);
  if (method === undefined) {
    return new identity.AzureCliCredential({ tenantId: settings.tenantId });
  }
  const missing = method.needs.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `${method.what} for Azure is set, but not the ${missing.map(nameOf).join(" and the ")}: set both beside it, or none to use az login`,
    );
  }
  return withNetworkErrors(method.credential(identity, settings as Required<AzureSettings>, cloud));
}

/**
 * Describes the identity of a failed sign-in: the method, and the source of each setting. Shows no secret, and only the last
 * characters of the client id.
 *
 * @param given the settings of the program; the environment supplies the others
 */
export function describeCredential(given: AzureSettings | undefined, env?: NodeJS.ProcessEnv): string {
  const settings = resolveSettings(given, env);
  const names = ["clientId", "tenantId", ...methods.map(({ chosenBy }) => chosenBy)] as const;
  const show = (name: (typeof names)[number]) => {
    const value = settings[name];
    return name === "tenantId" ? ` ${value}` : name === "clientId" ? ` ending in ${tail(value)}` : "";
  };
  const set = names.filter((name) => settings[name]);
  const isGiven = (name: keyof AzureSettings) => (given?.[name] ?? "") !== "";
  const sources = {
    "set by the argument azure, or by azure-native's provider or configuration": set
      .filter(isGiven)
      .map((name) => name + show(name)),
    "set by the environment": set
      .filter((name) => !isGiven(name))
      .map((name) => variableOf(name) + show(name)),
    "not set": names.filter((name) => !settings[name]).map(nameOf),
  };
  const listed = Object.entries(sources).flatMap(([source, all]) =>
    all.length > 0 ? [`${source}: ${all.join(", ")}`] : [],
  );
  return [`sign-in method: ${chosenMethod(settings)?.what ?? "az login"}`, ...listed].join("; ");
}

function tail(value: unknown): string {
  return String(value).slice(-4);
}

/** What to do after a failed sign-in. */
export function signInAdvice(settings: AzureSettings): string {
  return chosenMethod(settings) === undefined
    ? "sign in with az login, or set the client id, secret and tenant of a service principal"
    : "check that the tenant, the client and its credential belong together; refresh and destroy sign in with the identity in the state: after you renew a secret, run pulumi up first, or pass them --run-program";
}

function chosenMethod(settings: AzureSettings): AuthMethod | undefined {
  return methods.find(({ chosenBy }) => settings[chosenBy]);
}

/** Options that sign in at the cloud and send secrets nowhere else. */
function signInAt(settings: AzureSettings, cloud: Cloud) {
  const { host } = new URL(cloud.authority);
  const policy = signInPolicy(host, (other) => !cloud.isOwn && isSignInHost(other));
  return {
    ...authorityOf(settings, cloud),
    additionalPolicies: [{ policy, position: "perCall" as const }],
    // Redirects are refused.
    redirectOptions: { maxRetries: 0 },
  };
}

/** A cloud with its own metadata is not looked up in the public cloud. */
function authorityOf({ disableInstanceDiscovery }: AzureSettings, { authority, isOwn }: Cloud) {
  return { authorityHost: authority, disableInstanceDiscovery: isOwn || disableInstanceDiscovery === true };
}
