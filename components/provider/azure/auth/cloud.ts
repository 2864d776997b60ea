import type { AzureSettings, cloudNames } from "../../../args/azureSettings";
import { checkMetadataHost } from "../../../args/azureSettings";
import { isHost, show } from "../../../args/checks";
import { httpGet, jsonObjectIn } from "../http/get";
import { isSignInHost, sharesDomain } from "../http/hosts";
import { nameOf } from "./settings";

/** The addresses of a cloud's services. */
export interface Cloud {
  /** The resource manager, without a slash at the end: `https://management.azure.com`. */
  readonly resourceManager: string;
  /** Where to sign in, without a slash at the end: `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** The domain of its key vaults: `vault.azure.net`. Undefined: its metadata service names no domain that is safe to use. */
  readonly keyVaultDomain?: string;
  /** Whether the addresses came from a metadata service, and so the sign-in must not be looked up in the public cloud. */
  readonly isOwn: boolean;
}

/** How long to wait for a metadata service. */
const responseTimeoutMs = 30_000;

/** Azure's clouds, by azure-native's names. */
const clouds: Record<(typeof cloudNames)[number], Cloud> = {
  public: {
    resourceManager: "https://management.azure.com",
    authority: "https://login.microsoftonline.com",
    keyVaultDomain: "vault.azure.net",
    isOwn: false,
  },
  usgovernment: {
    resourceManager: "https://management.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    keyVaultDomain: "vault.usgovcloudapi.net",
    isOwn: false,
  },
  china: {
    resourceManager: "https://management.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    keyVaultDomain: "vault.azure.cn",
    isOwn: false,
  },
};

/**
 * The cloud that the settings name.
 *
 * @throws Error if no cloud has that name, or its metadata service gives no valid answer
 */
export async function findCloud(settings: AzureSettings, signal: AbortSignal): Promise<Cloud> {
  if (settings.metadataHost) {
    return readMetadata(settings.metadataHost, settings.disableInstanceDiscovery === true, signal);
  }
  const name = (settings.environment ?? "public").toLowerCase();
  const cloud = Object.hasOwn(clouds, name) ? clouds[name as keyof typeof clouds] : undefined;
  if (cloud === undefined) {
    throw new Error(
      `no Azure cloud has the name ${show(settings.environment)}: set azure-native:environment or ARM_ENVIRONMENT to one of ${Object.keys(clouds).join(", ")}`,
    );
  }
  return cloud;
}

/**
 * @param isTrusted whether the service may name hosts outside of its own domain and Microsoft's: the setting that also turns off
 *   instance discovery
 */
async function readMetadata(host: string, isTrusted: boolean, signal: AbortSignal): Promise<Cloud> {
  const failure = checkMetadataHost(host);
  if (failure !== undefined) {
    throw new Error(`the ${nameOf("metadataHost")} ${failure}`);
  }
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const problem = (what: string) =>
    new Error(
      `the cloud's metadata service at ${url} ${what}: check azure-native:metadataHost or ARM_METADATA_HOSTNAME, a host such as management.azure.com`,
    );
  const { status, body } = await httpGet(url, { signal, timeoutMs: responseTimeoutMs }).catch(
    (error: Error) => {
      signal.throwIfAborted();
      throw problem(`cannot be reached (${error.message})`);
    },
  );
  if (status !== 200) {
    throw problem(`answered ${status}`);
  }
  const { resourceManager, authentication, suffixes } = jsonObjectIn(body) as {
    resourceManager?: unknown;
    authentication?: { loginEndpoint?: unknown };
    suffixes?: { keyVaultDns?: unknown };
  };
  if (!resourceManager || !authentication?.loginEndpoint) {
    throw problem("does not name resourceManager and authentication.loginEndpoint");
  }
  const { hostname } = new URL(url);
  const address = (value: unknown, what: string, isKnown: (host: string) => boolean): string => {
    const named = secureAddress(value);
    if (named === undefined) {
      throw problem(`names ${show(value)} as the ${what}, which is no address that begins with https://`);
    }
    if (!isTrusted && !sharesDomain(named.hostname, hostname) && !isKnown(named.host)) {
      throw problem(
        `names ${named.host} as the ${what}, which is neither in its own domain nor known to be Microsoft's, so nothing is sent there. If the host is correct, set disableInstanceDiscovery; otherwise`,
      );
    }
    return withoutSlash(String(value));
  };
  const isKnownManager = (host: string) =>
    Object.values(clouds).some((known) => known.resourceManager === `https://${host}`);
  const isKnownVaultDomain = (domain: string) =>
    Object.values(clouds).some(({ keyVaultDomain }) => domain === keyVaultDomain);
  const vaults = hostnameIn(suffixes?.keyVaultDns);
  const isSafe =
    vaults !== undefined && (isTrusted || sharesDomain(vaults, hostname) || isKnownVaultDomain(vaults));
  return {
    resourceManager: address(resourceManager, "resource manager", isKnownManager),
    authority: address(authentication.loginEndpoint, "sign-in host", isSignInHost),
    ...(isSafe && { keyVaultDomain: vaults }),
    isOwn: true,
  };
}

/** The URL of an address over TLS without user, query and fragment; undefined for anything else. */
function secureAddress(value: unknown): URL | undefined {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return url?.protocol === "https:" && isPlain ? url : undefined;
}

/** The hostname that a domain is, with or without a period before it; undefined for anything else. */
function hostnameIn(domain: unknown): string | undefined {
  const host = typeof domain === "string" ? domain.replace(/^\./, "").toLowerCase() : "";
  return isHost(host) && !host.includes(":") ? host : undefined;
}

function withoutSlash(url: string): string {
  let end = url.length;
  while (url[end - 1] === "/") {
    end--;
  }
  return url.slice(0, end);
}
