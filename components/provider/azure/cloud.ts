import type { AzureSettings, cloudNames } from "../../common/azureSettings";
import { show } from "../../common/checks";
import { reasonOf } from "./fetchError";

/** Where a cloud's services are. */
export interface Cloud {
  /** The resource manager, without a slash at the end: `https://management.azure.com`. */
  readonly resourceManager: string;
  /** Where to sign in, without a slash at the end: `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** Whether the addresses came from a metadata service, and so the sign-in must not be looked up in the public cloud. */
  readonly isOwn: boolean;
}

/** How long to wait for a metadata service, in ms. */
const answerLimit = 30_000;

/** The clouds that azure-native knows, by the names it knows them by. */
const clouds: Record<(typeof cloudNames)[number], Cloud> = {
  public: {
    resourceManager: "https://management.azure.com",
    authority: "https://login.microsoftonline.com",
    isOwn: false,
  },
  usgovernment: {
    resourceManager: "https://management.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    isOwn: false,
  },
  china: {
    resourceManager: "https://management.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    isOwn: false,
  },
};

/**
 * The cloud that the settings name.
 *
 * @throws Error where there is none of that name, or its metadata service does not answer as one
 */
export async function findCloud(settings: AzureSettings, signal: AbortSignal): Promise<Cloud> {
  if (settings.metadataHost) {
    return readMetadata(settings.metadataHost, signal);
  }
  const name = (settings.environment ?? "public").toLowerCase();
  const cloud = (clouds as Record<string, Cloud | undefined>)[name];
  if (cloud === undefined) {
    throw new Error(
      `no Azure cloud has the name ${show(settings.environment)}: set azure-native:environment or ARM_ENVIRONMENT to one of ${Object.keys(clouds).join(", ")}`,
    );
  }
  return cloud;
}

async function readMetadata(host: string, signal: AbortSignal): Promise<Cloud> {
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const problem = (what: string) =>
    new Error(
      `the cloud's metadata service at ${url} ${what}: check azure-native:metadataHost or ARM_METADATA_HOSTNAME, a host such as management.azure.com`,
    );
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerLimit)]);
  const answer = await fetch(url, { signal: limited }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw problem(`cannot be reached (${reasonOf(error)})`);
  });
  if (!answer.ok) {
    throw problem(`answered ${answer.status}`);
  }
  const metadata: unknown = await answer.json().catch(() => undefined);
  const { resourceManager, authentication } = (metadata ?? {}) as {
    resourceManager?: string;
    authentication?: { loginEndpoint?: string };
  };
  if (!resourceManager || !authentication?.loginEndpoint) {
    throw problem("does not name resourceManager and authentication.loginEndpoint");
  }
  return {
    resourceManager: withoutSlash(resourceManager),
    authority: withoutSlash(authentication.loginEndpoint),
    isOwn: true,
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
