import { AsyncLocalStorage } from "node:async_hooks";
import type { TokenCredential } from "@azure/identity";
import { ownHostsPolicy } from "./ownHosts";

type PipelinePolicy = ReturnType<typeof ownHostsPolicy>;

/** Why a request of a sign-in was not answered, and at which host. */
interface Unanswered {
  host?: string;
  error?: unknown;
}

const signIns = new AsyncLocalStorage<Unanswered>();

/**
 * What goes into a credential's requests, so that it sends what it signs in with nowhere else, and {@link sayingWhy} knows why
 * a request was not answered.
 *
 * @param host where it signs in
 * @param isAlsoOwn whether it may go to another host
 */
export function signInPolicy(host: string, isAlsoOwn: (host: string) => boolean): PipelinePolicy {
  const ownHosts = ownHostsPolicy(host, (other) => other === host || isAlsoOwn(other));
  return {
    name: "signIn",
    async sendRequest(request, next) {
      try {
        return await ownHosts.sendRequest(request, next);
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

/** The credential, with an error that says why there was no answer, where the library says no more than `network_error`. */
export function sayingWhy(credential: TokenCredential): TokenCredential {
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
          throw Object.assign(new Error(message, { cause: error }), { code });
        }
      });
    },
  };
}
