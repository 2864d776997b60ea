import type { TokenCredential } from "@azure/identity";
import type { AzureSettings } from "../../common/azureSettings";
import type { Cloud } from "./cloud";
import { oidcToken } from "./oidc";
import { nameOf } from "./settings";

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
        signInAt(cloud),
      ),
  },
  {
    what: "a client secret",
    chosenBy: "clientSecret",
    needs: ["clientId", "tenantId"],
    credential: (identity, { tenantId, clientId, clientSecret }, cloud) =>
      new identity.ClientSecretCredential(tenantId, clientId, clientSecret, signInAt(cloud)),
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
        signInAt(cloud),
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
  return way.credential(identity, settings as Required<AzureSettings>, cloud);
}

/** What was looked for, and found or not, for the error of a sign-in that failed. Never shows a secret. */
export function lookedFor(settings: AzureSettings): string {
  const names = ["clientId", "tenantId", ...ways.map(({ chosenBy }) => chosenBy)] as const;
  const found = names.map((name) => `${nameOf(name)} is ${settings[name] ? "set" : "not set"}`);
  return `${found.join(", ")}; so it was left to ${chosenWay(settings)?.what ?? "az login"}`;
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

/** A cloud of one's own is not looked up in the public one. */
function signInAt({ authority, isOwn }: Cloud) {
  return { authorityHost: authority, disableInstanceDiscovery: isOwn };
}
