import type { AzureSettings } from "../../common/azureSettings";
import { parseTokenId } from "../../common/resourceIds";
import { type ManagementClient, managementClient } from "./client";
import { lookedFor, signInAdvice } from "./credential";
import { azureError, isSignInError } from "./errors";
import { reportProgress } from "./http/progress";
import { outlast } from "./outlast";
import { resolveSettings } from "./settings";

/** A call, in the words of its errors. */
export interface Call {
  /** What is tried: `make password1 and password2`. */
  readonly doing: string;
  /** Of what: `token mytoken`. */
  readonly what: string;
  /** Where that is: `of registry myregistry (resource group …, subscription …)`. */
  readonly where: string;
  readonly subscriptionId: string;
}

/** A call about the registry of a token. */
export function registryCall(doing: string, tokenId: string): Call {
  const { subscriptionId, resourceGroupName, registryName } = parseTokenId(tokenId);
  return {
    doing,
    what: `registry ${registryName}`,
    where: `(resource group ${resourceGroupName}, subscription ${subscriptionId})`,
    subscriptionId,
  };
}

/**
 * Calls Azure's resource manager: signs in, outlasts what passes, and fails with an error that says what to do.
 *
 * @param access the identity to use; what is missing in it comes from the environment
 * @param signal ends every wait
 * @param work one piece of work, which gives up when its signal aborts
 */
export async function callAzure<T>(
  call: Call,
  access: AzureSettings | undefined,
  signal: AbortSignal,
  work: (client: ManagementClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const settings = resolveSettings(access);
  try {
    return await reportProgress(
      (seconds) => `waiting for Azure to ${call.doing} (${seconds} s)`,
      async () => {
        const client = await managementClient(settings, call.subscriptionId, signal);
        return outlast((limited) => work(client, limited), signal);
      },
    );
  } catch (error) {
    if (signal.aborted) {
      throw new Error(`cancelled while waiting to ${call.doing} of ${call.what}`);
    }
    throw azureError(withSearch(error, access), call, signInAdvice(settings));
  }
}

/** A sign-in that failed, with the identity that was used. */
function withSearch(error: unknown, access: AzureSettings | undefined): unknown {
  if (error instanceof Error && isSignInError(error)) {
    error.message = `no sign-in to Azure: ${error.message} (${lookedFor(access)})`;
  }
  return error;
}
