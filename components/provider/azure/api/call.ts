import type { AzureSettings } from "../../../args/azureSettings";
import { parseTokenId } from "../../../args/resourceIds";
import { describeCredential, signInAdvice } from "../auth/credential";
import { resolveSettings } from "../auth/settings";
import { ResourceManagerClient } from "../http/client";
import { isSignInError } from "../http/errors";
import { reportProgress } from "../http/progress";
import { RetryBudget } from "../http/retryBudget";
import { connect } from "./connection";
import { azureError } from "./errors";

/** A call, in the words of its errors. */
export interface Call {
  /** What is requested: `generate password1 and password2`. */
  readonly doing: string;
  /** Of which resource: `token mytoken`. */
  readonly what: string;
  /** Where the resource is: `of registry myregistry (resource group …, subscription …)`. */
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
 * Calls Azure's resource manager: signs in and retries, within one timeout.
 *
 * @param access the identity to use; the environment supplies missing settings
 * @param signal aborts when the user cancels
 * @throws Error that says what failed and what to do
 */
export async function callAzure<T>(
  call: Call,
  access: AzureSettings | undefined,
  signal: AbortSignal,
  work: (client: ResourceManagerClient) => Promise<T>,
): Promise<T> {
  const settings = resolveSettings(access);
  try {
    const budget = new RetryBudget(signal);
    return await reportProgress(
      (seconds) => budget.retryMessage ?? `waiting for Azure to ${call.doing} (${seconds} s)`,
      () =>
        budget.run(async () => {
          const connection = await connect(settings, call.subscriptionId, signal);
          return work(new ResourceManagerClient(connection, budget));
        }),
    );
  } catch (error) {
    if (signal.aborted) {
      throw new Error(`cancelled while waiting to ${call.doing} of ${call.what}`);
    }
    throw azureError(withIdentity(error, access), call, signInAdvice(settings));
  }
}

/** The error of a failed sign-in, with the identity that was used. */
function withIdentity(error: unknown, access: AzureSettings | undefined): unknown {
  if (isSignInError(error)) {
    error.message = `no sign-in to Azure: ${error.message} (${describeCredential(access)})`;
  }
  return error;
}
