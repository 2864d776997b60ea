import { AsyncLocalStorage } from "node:async_hooks";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { allowedHostsPolicy } from "../http/hosts";

/** Why a request of a sign-in was not answered, and by which host. */
interface Unanswered {
  host?: string;
  error?: unknown;
}

const signIns = new AsyncLocalStorage<Unanswered>();

/**
 * A policy for a credential's requests: sends secrets only to allowed hosts, and records for {@link withNetworkErrors} why a
 * request was not answered.
 *
 * @param host the sign-in host
 * @param isAllowed whether requests may go to another host
 */
export function signInPolicy(host: string, isAllowed: (host: string) => boolean): PipelinePolicy {
  const allowedHosts = allowedHostsPolicy(host, (other) => other === host || isAllowed(other));
  return {
    name: "signIn",
    async sendRequest(request, next) {
      try {
        return await allowedHosts.sendRequest(request, next);
      } catch (error) {
        const mine = signIns.getStore();
        if (mine !== undefined) {
          Object.assign(mine, { host: new URL(request.url).host, error });
        }
        throw error;
      }
    },
  };
}

/** The credential with errors that say why a request was not answered: the library says `network_error`. */
export function withNetworkErrors(credential: TokenCredential): TokenCredential {
  return {
    getToken: (...args) => {
      const mine: Unanswered = {};
      return signIns.run(mine, async () => {
        try {
          return await credential.getToken(...args);
        } catch (error) {
          if (mine.error === undefined || args[1]?.abortSignal?.aborted) {
            throw error;
          }
          const message = `no sign-in to Azure at ${mine.host}: ${(mine.error as Error).message}`;
          const { code } = mine.error as { code?: string };
          const { RestError } = await import("@azure/core-rest-pipeline");
          // The retry policy retries errors of this class alone.
          throw Object.assign(new RestError(message, { code }), { cause: error });
        }
      });
    },
  };
}
