import type { TokenCredential } from "@azure/identity";
import type { AzureSettings } from "../../common/azureSettings";
import type { Cloud } from "./cloud";
import { isSignInHost } from "./hosts";
import { oidcToken } from "./oidc";
import { nameOf, resolveSettings, variableOf } from "./settings";
import { sayingWhy, signInPolicy } from "./signIn";

/** Loads Azure's library of identities. */
const loadIdentity = () => import("@azure/identity");

type Identity = Awaited<ReturnType<typeof loadIdentity>>;

/** One way to have an identity. */
interface Way {
  /** What it is called in an error. */
  readonly what: string;
  /** The setting that chooses it. */
  readonly chosenBy: keyof AzureSettings;
  /** The settings that it cannot do without. */
  readonly needs: readonly (keyof AzureSettings)[];
  credential(identity: Identity, settings: Required<AzureSettings>, cloud: Cloud): TokenCredential;
}

/** The ways, in the order in which azure-native takes them. Where none is chosen, there is az login. */
const ways: readonly Way[] = [
  {
    what: "Azure's default credential",
    chosenBy: "useDefaultAzureCredential",
    needs: [],
    // It also asks for a managed identity, at this machine's own address.
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
 * The identity that the settings name, chosen as azure-native chooses.
 *
 * @throws Error where something is missing that the chosen way cannot do without
 */
export async function findCredential(settings: AzureSettings, cloud: Cloud): Promise<TokenCredential> {
  const identity = await loadIdentity();
  const way = chosenWay(settings);
  if (way === undefined) {
    return new identity.AzureCliCredential({ tenantId: settings.tenantId });
  }
  const missing = way.needs.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `${way.what} for Azure is set, but not the ${missing.map(nameOf).join(" and the ")}: set both beside it, or none to use az login`,
    );
  }
  return sayingWhy(way.credential(identity, settings as Required<AzureSettings>, cloud));
}

/**
 * Which identity was used, for the error of a sign-in that failed: how it was chosen, and where each part of it came from.
 * Never shows a secret, and of the client id no more than tells one from another.
 *
 * @param given what the program gives; the rest came from the environment
 */
export function lookedFor(given: AzureSettings | undefined, env?: NodeJS.ProcessEnv): string {
  const settings = resolveSettings(given, env);
  const names = ["clientId", "tenantId", ...ways.map(({ chosenBy }) => chosenBy)] as const;
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
  return [`left to ${chosenWay(settings)?.what ?? "az login"}`, ...listed].join("; ");
}

function tail(value: unknown): string {
  return String(value).slice(-4);
}

/** What to do after a sign-in that failed. */
export function signInAdvice(settings: AzureSettings): string {
  return chosenWay(settings) === undefined
    ? "sign in with az login, or set the client id, secret and tenant of a service principal"
    : "check that the tenant, the client and what it signs in with belong together";
}

function chosenWay(settings: AzureSettings): Way | undefined {
  return ways.find(({ chosenBy }) => settings[chosenBy]);
}

/** Signs in there, and sends what it signs in with nowhere else. */
function signInAt(settings: AzureSettings, cloud: Cloud) {
  const { host } = new URL(cloud.authority);
  const policy = signInPolicy(host, (other) => !cloud.isOwn && isSignInHost(other));
  return {
    ...authorityOf(settings, cloud),
    additionalPolicies: [{ policy, position: "perCall" as const }],
    // Each is refused.
    redirectOptions: { maxRetries: 0 },
  };
}

/** A cloud of one's own is not looked up in the public one. */
function authorityOf({ disableInstanceDiscovery }: AzureSettings, { authority, isOwn }: Cloud) {
  return { authorityHost: authority, disableInstanceDiscovery: isOwn || disableInstanceDiscovery === true };
}
