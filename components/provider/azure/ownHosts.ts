import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { redirectOf } from "./hosts";

type PipelinePolicy = Parameters<ContainerRegistryManagementClient["pipeline"]["addPolicy"]>[0];

/**
 * Sends nothing, and so no token and no secret, but to the hosts of this cloud and over TLS, whatever an answer says: where
 * an operation's result is, where a token is to be had, or that something has moved. A redirect is followed nowhere: Azure
 * makes none.
 *
 * @param asked the host that may lead elsewhere, for the error
 * @param isOwn whether a host, with its port, is this cloud's
 */
export function ownHostsPolicy(asked: string, isOwn: (host: string) => boolean): PipelinePolicy {
  const refusal = (to: string, why: string) =>
    new Error(
      `Azure at ${asked} leads to ${to}, ${why}, so nothing is sent there: check azure-native:metadataHost or ARM_METADATA_HOSTNAME, and what stands between this machine and Azure`,
    );
  return {
    name: "ownHosts",
    async sendRequest(request, next) {
      const { protocol, host } = new URL(request.url);
      if (protocol !== "https:" || !isOwn(host)) {
        const to = protocol === "https:" ? host : `${protocol}//${host}`;
        throw refusal(to, "which is not a host of this cloud over TLS");
      }
      const response = await next(request);
      const to = redirectOf(response.status, response.headers.get("location"), request.url);
      if (to !== undefined) {
        throw refusal(to, "by a redirect, which Azure never makes");
      }
      return response;
    },
  };
}
